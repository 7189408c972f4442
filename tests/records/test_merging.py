"""Two records of one person: a session counts once, and twice again when they are parted."""

from __future__ import annotations

import uuid

import pytest

from core.registries import person_merged
from records import services
from records.models import HourAccount
from tests.factories.committees import PersonFactory
from tests.factories.records import posting

pytestmark = pytest.mark.django_db
SESSION = {"session_ref": uuid.UUID(int=7), "session_quarters": 16}


def post(person, key, **facts):
    made = posting(person, key=key, **facts)
    return services.post_hours(actor=None, posting=made, verified=True)


def test_a_session_in_both_records_counts_once_until_they_are_parted():
    kept, gone = PersonFactory.create_batch(2)
    post(kept, "a", **SESSION)
    post(gone, "b", **SESSION)
    post(gone, "c", quarters=8)
    account = HourAccount.objects.get(person=gone)

    HourAccount.objects.filter(pk=account.pk).update(person=kept)
    for _ in range(2):
        person_merged.emit(actor=None, kept=kept, merged=gone, undone=False)
    assert services.year_total(kept, 2026) == 24

    HourAccount.objects.filter(pk=account.pk).update(person=gone)
    for _ in range(2):
        person_merged.emit(actor=None, kept=kept, merged=gone, undone=True)
    assert [services.year_total(one, 2026) for one in (kept, gone)] == [16, 24]
