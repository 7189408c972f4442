"""What a change of people brings about, in sentences: own lines, then those of higher apps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from committees.models import Affiliation, Person, Place
from committees.services.moves import Move
from core.registries import Consequence, appointment_consequences
from core.templatetags.house import full_day


def consequences(move: Move, viewer: Any) -> list[Consequence]:
    """Every line of the preview; nothing is written."""
    lines = [*_services(move), *_seats(move)]
    for entry in appointment_consequences:
        lines += entry(move, viewer)
    return lines


def _words(service: Affiliation) -> dict[str, str]:
    where = service.place or service.base or service.member_org
    return {
        "person": service.person.name,
        "post": service.title,
        "place": where.name if where is not None else service.external,
    }


def _services(move: Move) -> Iterator[Consequence]:
    for ending in move.endings:
        text = _("%(person)s: %(post)s, %(place)s, ends. The last day is %(day)s.")
        facts = _words(ending.service) | {"day": full_day(ending.last_day)}
        yield Consequence(text % facts, "ends")
    for beginning in move.beginnings:
        service = beginning.service
        facts = _words(service)
        if service.from_on is None:
            yield Consequence(_("%(person)s: %(post)s, %(place)s, begins.") % facts, "begins")
            continue
        text = _("%(person)s: %(post)s, %(place)s, begins. The first day is %(day)s.")
        if beginning.concurrent and _other_seats(move, service.person):
            text = _(
                "%(person)s: %(post)s, %(place)s, begins and is held concurrently. The first day "
                "is %(day)s."
            )
        yield Consequence(text % (facts | {"day": full_day(service.from_on)}), "begins")
    for service in move.staying:
        text = _("%(person)s: %(post)s, %(place)s, goes on unchanged.")
        yield Consequence(text % _words(service), "stays")


def _other_seats(move: Move, person: Person) -> bool:
    return any(
        row.counts_as_secretary and row.person_id == person.pk and row.place_id is not None
        for row in move.staying
    )


def _seats(move: Move) -> Iterator[Consequence]:
    """Committees left without a secretary, and people left without a unit."""
    filled = {b.service.place_id for b in move.beginnings if b.service.counts_as_secretary}
    for ending in move.endings:
        service = ending.service
        place = service.place
        if place is None or place.level != Place.Level.COMMITTEE or place.pk in filled:
            continue
        if service.counts_as_secretary:
            text = _(
                "%(place)s has no secretary from then on. It stands under “to be appointed” until "
                "somebody follows."
            )
            yield Consequence(text % {"place": place.name}, "look")
    going = {ending.service.person_id: ending.service.person for ending in move.endings}
    kept = {row.person_id for row in move.staying if row.place_id is not None}
    kept |= {b.service.person_id for b in move.beginnings if b.service.place_id is not None}
    for key, person in going.items():
        if key not in kept:
            text = _(
                "%(person)s has no post any more. Records and class hours stay as they are, with "
                "the unit of their day."
            )
            yield Consequence(text % {"person": person.name}, "stays")
