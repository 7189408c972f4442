"""Hours studied elsewhere: handed in with evidence, decided by the organiser, counted once."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from committees.models import Affiliation, Person
from core.models import StoredFile
from records.models import HourClaim, HourEntry, HourState
from records.services import claims, deciding, lock_year, year_total
from records.services.claims import Facts, WrongClaim
from tests.factories.accounts import user_with
from tests.factories.committees import AffiliationFactory, District, make_district

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%a certificate"
MARCH = datetime.date(2026, 3, 5)


@pytest.fixture(autouse=True)
def in_may() -> Any:
    with time_machine.travel(datetime.datetime(2026, 5, 6, 9, tzinfo=datetime.UTC)):
        yield


@pytest.fixture
def tree() -> District:
    return make_district()


@pytest.fixture
def person(tree: District) -> Person:
    found: Person = AffiliationFactory(place=tree.committees[0]).person
    return found


@pytest.fixture
def owner(person: Person, tree: District) -> User:
    return user_with("secretary", person=person, place=tree.committees[0])


@pytest.fixture
def organiser(tree: District) -> User:
    return user_with("organiser", place=tree.streets[0])


def facts(**wishes: Any) -> Facts:
    given: dict[str, Any] = {
        "title": "基层治理专题班",
        "host": "市委党校",
        "category": "centralised",
        "from_on": MARCH,
        "to_on": MARCH,
        "measure": "hour",
        "amount": 30,  # quarters: 7.5 class hours
    }
    return Facts(**(given | wishes))


def proof(name: str = "证书.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def claim_of(owner: User, person: Person, **wishes: Any) -> HourClaim:
    return claims.hand_in(actor=owner, person=person, facts=facts(**wishes), uploads=[proof()])


def state(claim: HourClaim) -> HourState:
    return HourEntry.objects.get(pk=HourClaim.objects.get(pk=claim.pk).entry_id).state


# --- Handing in -----------------------------------------------------------------------------------
def test_a_claim_waits_with_its_evidence_for_the_organiser(owner: User, person: Person) -> None:
    claim = claim_of(owner, person)

    assert (claim.quarters, state(claim), claim.files.count()) == (30, HourState.PENDING, 1)
    assert year_total(person, 2026) == 0


def test_days_and_half_days_follow_the_rule_of_the_district(owner: User, person: Person) -> None:
    two_days = claim_of(
        owner, person, measure="day", amount=8, to_on=MARCH + datetime.timedelta(days=1)
    )
    half = claim_of(owner, person, title="半天", measure="half_day", amount=4)

    assert (two_days.quarters, two_days.per_measure) == (64, 32)
    assert (half.quarters, half.per_measure) == (16, 16)


def test_a_claim_keeps_the_unit_of_its_day(owner: User, person: Person, tree: District) -> None:
    Affiliation.objects.filter(person=person).update(to_on=datetime.date(2026, 4, 1))
    AffiliationFactory(person=person, place=tree.committees[2], from_on=datetime.date(2026, 4, 2))

    assert claim_of(owner, person).unit == tree.committees[0]
    assert (
        claim_of(
            owner, person, from_on=datetime.date(2026, 4, 9), to_on=datetime.date(2026, 4, 9)
        ).unit
        == tree.committees[2]
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"from_on": datetime.date(2026, 5, 7), "to_on": datetime.date(2026, 5, 7)}, "to_on"),
        ({"to_on": MARCH - datetime.timedelta(days=1)}, "to_on"),
        ({"from_on": datetime.date(2025, 12, 30)}, "to_on"),
        ({"to_on": MARCH + datetime.timedelta(days=40)}, "to_on"),
        ({"amount": 0}, "amount"),
        ({"amount": 33}, "amount"),  # 8.25 class hours on one day
        ({"measure": "half_day", "amount": 12}, "amount"),  # three half days on one
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    wrong: dict[str, Any], field: str, owner: User, person: Person
) -> None:
    with pytest.raises(WrongClaim) as refused:
        claim_of(owner, person, **wrong)

    assert refused.value.field == field
    assert not HourEntry.objects.exists()


def test_a_closed_year_takes_no_claims(owner: User, person: Person, tree: District) -> None:
    lock_year(actor=None, district=tree.district, year=2025)
    day = datetime.date(2025, 3, 5)

    with pytest.raises(WrongClaim) as refused:
        claim_of(owner, person, from_on=day, to_on=day)

    assert refused.value.field == "from_on"


def test_a_claim_needs_evidence_of_an_allowed_kind(owner: User, person: Person) -> None:
    for uploads in ([], [proof(data=b"MZ a program")], [proof()] * 6):
        with pytest.raises(WrongClaim) as refused:
            claims.hand_in(actor=owner, person=person, facts=facts(), uploads=uploads)
        assert refused.value.field == "evidence"

    assert not HourClaim.objects.exists()
    assert not HourEntry.objects.exists()
    assert not StoredFile.objects.exists()


def test_the_same_study_is_claimed_once(owner: User, person: Person) -> None:
    claim = claim_of(owner, person)
    with pytest.raises(WrongClaim):
        claim_of(owner, person)

    claims.take_back(actor=owner, claim=claim)
    assert state(claim_of(owner, person)) == HourState.PENDING


# --- Deciding -------------------------------------------------------------------------------------
def test_verified_hours_count(owner: User, person: Person, organiser: User) -> None:
    claim = claim_of(owner, person)

    deciding.verify(actor=organiser, entry=claim.entry)

    assert state(claim) == HourState.VERIFIED
    assert year_total(person, 2026) == 30
    with pytest.raises(WrongClaim):
        claims.take_back(actor=owner, claim=claim)


def test_a_returned_claim_is_completed_and_handed_in_again(
    owner: User, person: Person, organiser: User
) -> None:
    claim = claim_of(owner, person)
    deciding.reject(actor=organiser, entry=claim.entry, reason="请补充结业证书")
    first = claim.files.get()

    again = claims.hand_in_again(
        actor=owner,
        claim=claim,
        facts=facts(amount=24),
        uploads=[proof("结业.pdf")],
        dropped=[first],
    )

    assert (again.quarters, again.version, state(again)) == (24, 2, HourState.PENDING)
    assert [file.name for file in again.files.all()] == ["结业.pdf"]
    deciding.verify(actor=organiser, entry=again.entry)
    assert year_total(person, 2026) == 24
    assert HourEntry.objects.filter(source_ref=str(claim.public_id)).count() == 2


def test_only_a_returned_claim_can_be_changed(owner: User, person: Person) -> None:
    claim = claim_of(owner, person)

    with pytest.raises(WrongClaim):
        claims.hand_in_again(actor=owner, claim=claim, facts=facts(), uploads=[])


def test_nobody_takes_out_the_last_evidence(owner: User, person: Person, organiser: User) -> None:
    claim = claim_of(owner, person)
    deciding.reject(actor=organiser, entry=claim.entry, reason="看不清")

    with pytest.raises(WrongClaim) as refused:
        claims.hand_in_again(
            actor=owner, claim=claim, facts=facts(), uploads=[], dropped=list(claim.files.all())
        )
    assert refused.value.field == "evidence"


# --- Pages ----------------------------------------------------------------------------------------
def sent(**wishes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "title": "基层治理专题班",
        "host": "市委党校",
        "category": "centralised",
        "from_on": "2026-03-05",
        "to_on": "",
        "amount": "7.5",
        "measure": "hour",
        "evidence": proof(),
    }
    return given | wishes


def test_a_secretary_hands_in_and_the_organiser_verifies(
    client: Client, owner: User, person: Person, organiser: User
) -> None:
    client.force_login(owner)
    answer = client.post(reverse("records:claim-new"), sent())
    claim = HourClaim.objects.get()
    assert answer["Location"] == reverse("records:claim-show", args=[claim.public_id])

    client.force_login(organiser)
    page = client.get(answer["Location"])
    assert page.context["may_decide"]
    client.post(
        reverse("records:claim-decide", args=[claim.public_id]), {"verdict": "verify", "version": 1}
    )

    assert state(claim) == HourState.VERIFIED


def test_nobody_verifies_a_version_that_the_page_did_not_show(
    client: Client, owner: User, person: Person, organiser: User
) -> None:
    """Two organisers look at the claim; one returns it, and it comes back with more hours."""
    claim = claim_of(owner, person)
    deciding.reject(actor=organiser, entry=claim.entry, reason="缺证书")
    claims.hand_in_again(actor=owner, claim=claim, facts=facts(amount=32), uploads=[])
    client.force_login(organiser)
    decide = reverse("records:claim-decide", args=[claim.public_id])

    answer = client.post(decide, {"verdict": "verify", "version": 1})

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert state(claim) == HourState.PENDING
    assert 'name="version" value="2"' in answer.content.decode()  # what the page shows now
    client.post(decide, {"verdict": "verify", "version": 2})
    assert state(claim) == HourState.VERIFIED


@pytest.mark.parametrize("amount", ["0", "0.1", "-3", "10000", "五", "", "1e9", "9e999999", "NaN"])
def test_an_amount_that_cannot_be_is_said_at_the_field(
    amount: str, client: Client, owner: User
) -> None:
    client.force_login(owner)

    answer = client.post(reverse("records:claim-new"), sent(amount=amount))

    assert answer.status_code == 422
    assert "amount" in answer.context["form"].errors
    assert "市委党校" in answer.content.decode()  # nothing typed is lost
    assert not HourEntry.objects.exists()


def test_a_renamed_program_is_said_at_the_field(client: Client, owner: User) -> None:
    client.force_login(owner)

    answer = client.post(reverse("records:claim-new"), sent(evidence=proof(data=b"MZ\x90")))

    assert answer.status_code == 422
    assert "证书.pdf" in str(answer.context["form"].errors["evidence"])


def test_returning_needs_a_reason(
    client: Client, owner: User, person: Person, organiser: User
) -> None:
    claim = claim_of(owner, person)
    client.force_login(organiser)

    answer = client.post(
        reverse("records:claim-decide", args=[claim.public_id]), {"verdict": "return", "version": 1}
    )

    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors
    assert state(claim) == HourState.PENDING


def test_evidence_is_opened_by_those_who_see_the_claim(
    client: Client, owner: User, person: Person, organiser: User, tree: District
) -> None:
    file = claim_of(owner, person).files.get()
    other = user_with("organiser", place=tree.streets[1])
    colleague = user_with("secretary", place=tree.committees[0])

    def status(user: User) -> int:
        client.force_login(user)
        answer = client.get(reverse("file-open", args=[file.public_id]))
        assert answer.getvalue() is not None
        return answer.status_code

    assert [status(user) for user in (owner, organiser, other, colleague)] == [200, 200, 404, 404]


def test_nobody_decides_on_own_hours(client: Client, person: Person, tree: District) -> None:
    both = user_with("organiser", person=person, place=tree.streets[0])
    claim = claim_of(both, person)
    client.force_login(both)

    assert not client.get(reverse("records:claim-show", args=[claim.public_id])).context[
        "may_decide"
    ]
    answer = client.post(
        reverse("records:claim-decide", args=[claim.public_id]), {"verdict": "verify", "version": 1}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_every_length(
    rows: int, client: Client, owner: User, person: Person, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        claim_of(owner, person, title=f"班{number}")
    client.force_login(owner)

    with django_assert_num_queries(6):  # session, account, roles, unread, count, rows
        page = client.get(reverse("records:claim-list"))

    assert len(page.context["rows"]) == rows
