"""Claims that two people act on at once: one decision, and none on what was taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction

from core.errors import DomainError
from records.models import HourClaim, HourDecision, HourEntry
from records.services import claims, deciding
from tests.factories.accounts import user_with
from tests.factories.committees import AffiliationFactory, make_district
from tests.records.test_claims import claim_of

pytestmark = [
    pytest.mark.hard,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"
    ),
]


@pytest.fixture
def claim() -> HourClaim:
    tree = make_district()
    person = AffiliationFactory(place=tree.committees[0]).person
    owner = user_with("secretary", person=person, place=tree.committees[0])
    return claim_of(owner, person)


@pytest.fixture
def organiser(claim: HourClaim) -> Any:
    assert claim.unit is not None
    return user_with("organiser", place=claim.unit.parent)


def taken_back_under_a_decision(claim: HourClaim, organiser: Any) -> str:
    """Verify in a transaction that stays open; take back meanwhile. What the claimant hears."""
    heard: list[str] = []

    def take_back() -> None:
        try:
            claims.take_back(actor=None, claim=HourClaim.objects.get(pk=claim.pk))
            heard.append("taken back")
        except DomainError as refusal:
            heard.append(refusal.code)
        finally:
            connection.close()

    claimant = threading.Thread(target=take_back)
    with transaction.atomic():
        deciding.verify(actor=organiser, entry=claim.entry)
        claimant.start()
        claimant.join(timeout=1.5)  # it stands at the lock now
    claimant.join(timeout=30)
    return heard[0]


def test_without_the_lock_verified_hours_are_taken_back(
    claim: HourClaim, organiser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the lock is for."""
    monkeypatch.setattr(claims, "lock_accounts", lambda accounts: [])
    assert taken_back_under_a_decision(claim, organiser) == "taken back"


def test_what_is_verified_meanwhile_is_not_taken_back(claim: HourClaim, organiser: Any) -> None:
    assert taken_back_under_a_decision(claim, organiser) == "wrong_claim"
    assert not HourEntry.objects.filter(source="reversal").exists()


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Every act in a thread of its own, begun together; "done" or the code of the refusal."""
    heard, start = [], threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        start.wait(timeout=10)
        try:
            act()
            heard.append("done")
        except DomainError as refusal:
            heard.append(refusal.code)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(heard)


def test_eight_decisions_at_once_make_one(claim: HourClaim, organiser: Any) -> None:
    acts = [lambda: deciding.verify(actor=organiser, entry=claim.entry)] * 4
    acts += [lambda: deciding.reject(actor=organiser, entry=claim.entry, reason="缺证书")] * 4
    heard = at_once(*acts)
    assert heard.count("done") == 1
    assert HourDecision.objects.count() == 1
