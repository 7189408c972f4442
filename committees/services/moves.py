"""Changes of people that end and begin several services in one step.

A change is planned first: `Move` says what would end and begin, and nothing is written. The page
shows the same plan that is carried out, with everything it touches; higher apps add their lines
through `registries.appointment_consequences`. Carrying out plans once more under lock, and refuses
when the plan is no longer the one that was shown.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Affiliation, Person, Place
from committees.permissions import can_appoint
from committees.services import appointments
from committees.services.appointments import SeatTaken, WrongAppointment
from committees.services.bulk import NewPerson, create_people, end_all
from core.templatetags.house import full_day

DAY = datetime.timedelta(days=1)
# No post of this country is older: what lies before is a slip of the year.
EARLIEST = datetime.date(1949, 10, 1)


def is_new(person: Person) -> bool:
    """Is this somebody who will be added by the change?"""
    return person._state.adding


class Changed(WrongAppointment):
    """Since the plan was shown somebody else has changed something of it."""

    code = "changed"


@dataclass(frozen=True, slots=True)
class Ending:
    """An open service and the last day it would have."""

    service: Affiliation
    last_day: datetime.date


@dataclass(frozen=True, slots=True)
class Beginning:
    """A service that would begin, not yet written. Its person may not be written either."""

    service: Affiliation
    concurrent: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """What a change would do: services that end, that begin, and open ones that stay."""

    endings: tuple[Ending, ...] = ()
    beginnings: tuple[Beginning, ...] = ()
    staying: tuple[Affiliation, ...] = ()
    reason: str = ""
    # What is known of the one new person among `beginnings`, if there is one.
    new_person: NewPerson | None = field(default=None, compare=False)

    @property
    def people(self) -> list[Person]:
        """Everybody whose services change, once each; a new person has no key yet."""
        rows = [ending.service.person for ending in self.endings]
        rows += [beginning.service.person for beginning in self.beginnings]
        return list({id(row) if is_new(row) else row.pk: row for row in rows}.values())

    @property
    def place_ids(self) -> set[int]:
        services = [ending.service for ending in self.endings]
        services += [beginning.service for beginning in self.beginnings]
        return {service.place_id for service in services if service.place_id is not None}

    @property
    def fingerprint(self) -> str:
        """Short and the same for the same change; the page hands it back with the confirmation."""
        ends = sorted(f"-{e.service.pk}@{e.last_day}" for e in self.endings)
        begins = sorted(
            f"+{b.service.person_id or 0}:{b.service.post}:{b.service.place_id}"
            f":{b.service.from_on}:{b.service.in_charge}:{b.concurrent}"
            for b in self.beginnings
        )
        return hashlib.sha256("|".join(ends + begins).encode()).hexdigest()[:16]

    def remaining(self) -> tuple[Affiliation, ...]:
        """The open services of these people that this change leaves as they are. One query."""
        people = [person.pk for person in self.people if not is_new(person)]
        ended = [ending.service.pk for ending in self.endings]
        rows = Affiliation.objects.open().filter(person__in=people).exclude(pk__in=ended)
        found = rows.select_related("person", "place", "base", "member_org")
        return tuple(found.order_by("person", "pk"))


def checked(actor: Any, move: Move) -> Move:
    """The move, if its days fit and everything it touches lies in the actor's reach.

    `actor` None: the system itself. Raises WrongAppointment.
    """
    if not move.endings and not move.beginnings:
        raise WrongAppointment(_("Nothing would change."))
    today = timezone.localdate()
    for ending in move.endings:
        _check_last_day(ending, today)
        _check_reach(actor, ending.service)
    for beginning in move.beginnings:
        from_on = beginning.service.from_on
        if from_on is not None and from_on > today:
            raise too_early("on")
        _check_reach(actor, beginning.service)
    return move


def check_day(on: datetime.date) -> None:
    """Raises WrongAppointment for a day to come, and for one that can only be a slip."""
    if on > timezone.localdate():
        raise too_early("on")
    if on < EARLIEST:
        raise WrongAppointment(
            _("This day lies before %(day)s. Please check the year.") % {"day": full_day(EARLIEST)},
            field="on",
        )


def too_early(name: str) -> WrongAppointment:
    return WrongAppointment(
        _("A change is entered on its day or later, so that nobody holds a right too early."),
        field=name,
    )


def _check_last_day(ending: Ending, today: datetime.date) -> None:
    service = ending.service
    if ending.last_day > today:
        raise too_early("on")
    if service.from_on is not None and ending.last_day < service.from_on:
        raise WrongAppointment(
            _("%(person)s took up this post on %(day)s: %(post)s. The change must lie later.")
            % {
                "person": service.person.name,
                "post": service.title,
                "day": full_day(service.from_on),
            },
            field="on",
        )


def _check_reach(actor: Any, service: Affiliation) -> None:
    if actor is None or service.place is None or can_appoint(actor, service.place):
        return
    raise WrongAppointment(
        _(
            "%(person)s: %(place)s lies outside your area. The district department makes this "
            "change in one step."
        )
        % {"person": service.person.name, "place": service.place.name},
        code="beyond_reach",
    )


def carry_out(*, actor: Any, plan: Callable[[], Move], seen: str = "") -> Move:
    """Make the change that `plan` says, all of it or nothing; returns what was written.

    `seen`: the fingerprint of the plan somebody confirmed. Raises Changed when it is another by
    now, and whatever `plan` raises.
    """
    try:
        with transaction.atomic():
            first = plan()
            _lock(first)
            move = plan()  # nobody else can change these people and places any more
            if not _same(first, move) or (seen and seen != move.fingerprint):
                raise Changed(
                    _("Somebody else has changed this meanwhile. Please look at it again.")
                )
            return _write(actor, move)
    except IntegrityError as exc:  # two at once; the rollback is done
        raise SeatTaken(_("Somebody else filled one of these posts just now.")) from exc


def _same(first: Move, move: Move) -> bool:
    keys = {person.pk for person in first.people}
    return move.place_ids <= first.place_ids and {person.pk for person in move.people} <= keys


def _lock(move: Move) -> None:
    """Places, then people, each in the order of their keys."""
    places = Place.objects.select_for_update(no_key=True).filter(pk__in=move.place_ids)
    list(places.order_by("pk").values_list("pk", flat=True))
    keys = [person.pk for person in move.people if not is_new(person)]
    people = Person.objects.select_for_update(no_key=True).filter(pk__in=keys)
    list(people.order_by("pk").values_list("pk", flat=True))


def _write(actor: Any, move: Move) -> Move:
    if move.new_person is not None:
        move = _with_person(move, create_people(actor=actor, people=[move.new_person])[0])
    if move.endings:
        endings = [(ending.service, ending.last_day) for ending in move.endings]
        end_all(actor=actor, endings=endings, reason=move.reason)
    for beginning in move.beginnings:
        service = beginning.service
        if service.place is not None:
            place = appointments.lock_place(service.place)
            appointments.check_post(place, service.post, service.in_charge)
        appointments.begin(actor, service, concurrent=beginning.concurrent, reason=move.reason)
    return move


def _with_person(move: Move, person: Person) -> Move:
    for beginning in move.beginnings:
        if is_new(beginning.service.person):
            beginning.service.person = person
    return replace(move, new_person=None)


def combined(moves: Sequence[Move], reason: str = "") -> Move:
    """Many moves as one, for the preview of a whole roster."""
    return Move(
        endings=tuple(ending for move in moves for ending in move.endings),
        beginnings=tuple(beginning for move in moves for beginning in move.beginnings),
        staying=tuple(service for move in moves for service in move.staying),
        reason=reason,
    )
