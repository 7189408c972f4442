"""Seats in coming classes of people whose posts change; the seats stay, the page says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.registries import Consequence
from core.templatetags.house import full_day
from courses.models import Enrolment

SHOWN = 50


def consequences(move: Any, viewer: Any) -> Iterator[Consequence]:
    """The lines of classes in the preview of a change of people."""
    people = {ending.service.person_id for ending in move.endings}
    if not people:
        return
    rows = Enrolment.objects.holding().filter(
        person__in=people, offering__begins_on__gte=timezone.localdate()
    )
    rows = rows.select_related("person", "unit", "offering")
    for row in rows.order_by(F("offering__begins_on").asc(), "pk")[:SHOWN]:
        text = _(
            "Class: %(person)s has a seat in “%(title)s” from %(day)s, as from %(unit)s. It stays."
        )
        facts = {
            "person": row.person.name,
            "title": row.offering.title,
            "day": full_day(row.offering.begins_on),
            "unit": row.unit.name,
        }
        url = reverse("courses:offering-detail", args=[row.offering.public_id])
        yield Consequence(text % facts, "look", url)
