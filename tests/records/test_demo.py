"""Hours of the demonstration: pages that show something, and no trace when it goes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from accounts.models import User
from core import demo
from core.models import StoredFile
from records.models import Certificate, CompleteSince, HourClaim, HourEntry, PaperClass

pytestmark = [pytest.mark.django_db, pytest.mark.hard, pytest.mark.sqlite]


def test_every_page_of_hours_has_something_to_show() -> None:
    made = demo.load().made

    me = made["users"]["demo-secretary"].person
    rows = HourClaim.objects.select_related("entry__decision", "entry__reversal", "person")
    states = Counter(str(claim.entry.state) for claim in rows if claim.person == me)
    assert states == {"pending": 1, "rejected": 1, "verified": 1}
    online = HourEntry.objects.filter(account__person=me, category="online")
    assert [entry.measure for entry in online] == ["online_minute"] * 6
    mine = Certificate.objects.get(account__person=me)
    assert mine.files.count() == 1
    assert Certificate.objects.filter(revocation__replacement__isnull=False).count() == 1
    assert PaperClass.objects.count() == 2
    assert CompleteSince.objects.count() == 1
    invented = {claim.person_id for claim in rows}
    assert invented <= {user.person_id for user in User.objects.filter(username__startswith="demo")}


def test_files_of_the_demonstration_and_of_its_visitors_go_with_their_bytes(
    django_capture_on_commit_callbacks: Any,
) -> None:
    visitor = demo.load().made["users"]["demo-secretary"]
    claim = HourClaim.objects.filter(person=visitor.person)[0]
    file: Any = claim.files.get()
    StoredFile.objects.filter(pk=file.pk).update(owner_id=visitor.pk)
    names = [str(row.content.name) for row in StoredFile.objects.all()]
    storage = file.content.storage
    assert all(storage.exists(name) for name in names)

    with django_capture_on_commit_callbacks(execute=True):
        demo.remove()

    assert not StoredFile.objects.exists()
    assert not any(storage.exists(name) for name in names)
