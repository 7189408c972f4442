"""The services of people and appointments for many rows at once, with the same rules and traces.

A roster of thousands would need a dozen queries a row through `create_person` and `appoint`. These
do the same in a few queries for a whole chunk; a test compares what both leave behind.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from committees import names
from committees.models import Affiliation, Person, Place
from committees.models.people import CAN_BE_IN_CHARGE, Post
from committees.services.appointments import (
    SECRETARIES,
    SeatTaken,
    WrongAppointment,
    check_last_day,
    facts_of,
    not_in_charge,
    placing,
    second_seat,
    settle_seats,
)
from committees.services.people import WrongPerson
from core import audit, crypto, registries
from core.models import SummaryDelta

BATCH = 500


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is known of somebody who is to be added; see `create_person`."""

    name_zh: str
    sex: str = ""
    birth_year: int | None = None
    birth_month: int | None = None
    education: str = ""
    is_party_member: bool | None = None
    mobile: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class NewService:
    """A service at a place that is to begin; see `appoint`."""

    person: Person
    post: str
    place_id: int
    from_on: datetime.date | None
    note_zh: str = ""
    in_charge: bool = False
    concurrent: bool = False

    @property
    def counts_as_secretary(self) -> bool:
        return self.post == Post.SECRETARY or self.in_charge


def create_people(*, actor: Any, people: Sequence[NewPerson]) -> list[Person]:
    """Add people, all or none. Raises WrongPerson or WrongMobile as `create_person` does."""
    with transaction.atomic():
        made = Person.objects.bulk_create([_person(new) for new in people], batch_size=BATCH)
        audit.record_all(
            actor=actor,
            acts=[
                audit.Act(
                    "person.create",
                    person,
                    after={"name": str(person), "has_mobile": bool(person.mobile_index)},
                )
                for person in made
            ],
        )
    return made


def _person(new: NewPerson) -> Person:
    name = new.name_zh.strip()
    if not name:
        raise WrongPerson(_("A person needs a name."), field="name_zh")
    if new.birth_year is not None and not 1900 <= new.birth_year <= 2100:
        raise WrongPerson(_("The year of birth has four digits."), field="birth_year")
    if new.birth_month is not None and not 1 <= new.birth_month <= 12:
        raise WrongPerson(_("The month of birth is 1 to 12."), field="birth_month")
    spelling = names.spell_person(name)
    return Person(
        name_zh=name,
        pinyin=spelling.pinyin,
        initials=spelling.initials,
        sex=new.sex,
        birth_year=new.birth_year,
        birth_month=new.birth_month,
        education=new.education,
        is_party_member=new.is_party_member,
        source=new.source,
        **_mobile_fields(new.mobile),
    )


def _mobile_fields(mobile: str) -> dict[str, str]:
    if not mobile:
        return {}
    digits = crypto.normalise_mobile(mobile)
    return {
        "mobile_cipher": crypto.encrypt(digits),
        "mobile_index": crypto.mobile_index(digits),
        "mobile_mask": crypto.mask_mobile(digits),
    }


def fill_blanks(*, actor: Any, person: Person, mobile: str = "", **values: Any) -> Person:
    """Write what is not known yet of a person; what somebody has written stays as it is."""
    allowed = {"sex", "birth_year", "birth_month", "education", "is_party_member"}
    if unknown := set(values) - allowed:
        raise TypeError(f"not to be filled: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
        blank = {key: value for key, value in values.items() if getattr(person, key) in ("", None)}
        blank = {key: value for key, value in blank.items() if value not in ("", None)}
        new = blank | ({} if person.mobile_index else _mobile_fields(mobile))
        if not new:
            return person
        for key, value in new.items():
            setattr(person, key, value)
        person.save(update_fields=list(new))
        shown = blank | ({"has_mobile": True} if "mobile_index" in new else {})
        audit.record(
            actor=actor, action="person.complete", obj=person, after=shown, unit_id=person.unit_id
        )
    return person


def appoint_all(*, actor: Any, services: Sequence[NewService]) -> list[Affiliation]:
    """Begin services at places, all or none.

    Raises WrongAppointment or SeatTaken for the first that `appoint` would refuse.
    """
    try:
        with transaction.atomic():
            places = _locked_places({service.place_id for service in services})
            further = _check(services, places)
            made = Affiliation.objects.bulk_create(
                [
                    Affiliation(
                        person=service.person,
                        post=service.post,
                        place=places[service.place_id],
                        from_on=service.from_on,
                        in_charge=service.in_charge,
                        concurrent=id(service) in further,
                        note_zh=service.note_zh,
                    )
                    for service in services
                ],
                batch_size=BATCH,
            )
            settle_units(service.person for service in services)
            _after_all(actor, made, "began")
    except IntegrityError as exc:  # two imports at once; the rollback is done
        raise SeatTaken(_("Somebody else filled one of these posts just now.")) from exc
    return made


def _locked_places(ids: set[int]) -> dict[int, Place]:
    rows = Place.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {place.pk: place for place in rows}


def _check(services: Sequence[NewService], places: dict[int, Place]) -> set[int]:
    """Refuse what `appoint` would refuse; returns the ids of those that are further seats."""
    open_rows = Affiliation.objects.open().filter(place__in=places)
    held = set(open_rows.values_list("place_id", "post", "person_id"))
    seats = set(open_rows.counting().values_list("place_id", flat=True))
    elsewhere = Affiliation.objects.secretaries().filter(
        person__in={service.person.pk for service in services}, concurrent=False
    )
    own = {row.person_id: row for row in elsewhere.exclude(place=None).select_related("place")}
    today = timezone.localdate()
    further: set[int] = set()
    for service in services:
        place = places[service.place_id]
        _check_fit(service, place, today)
        if service.counts_as_secretary:
            if place.pk in seats:
                raise SeatTaken(
                    _("%(place)s already has a secretary.") % {"place": place}, field="post"
                )
            seats.add(place.pk)
            if (mine := own.get(service.person.pk)) is None:
                own[service.person.pk] = Affiliation(person=service.person, place=place)
            elif service.concurrent:
                further.add(id(service))
            else:
                raise second_seat(service.person, mine)
        if (place.pk, service.post, service.person.pk) in held:
            raise WrongAppointment(
                _("%(person)s holds this post there already.") % {"person": service.person},
                field="person",
            )
        held.add((place.pk, service.post, service.person.pk))
    return further


def _check_fit(service: NewService, place: Place, today: datetime.date) -> None:
    post = Post(service.post)
    if service.from_on is not None and service.from_on > today:
        raise WrongAppointment(_("An appointment begins today or earlier."), field="from_on")
    if place.closed_on is not None:
        raise WrongAppointment(_("%(parent)s is closed.") % {"parent": place}, field="place")
    if service.in_charge and post not in CAN_BE_IN_CHARGE:
        raise not_in_charge()
    if post in (Post.ORGANISER, Post.STREET_CADRE) and place.level != Place.Level.SUBDISTRICT:
        raise WrongAppointment(_("This post belongs to a sub-district or town."), field="post")


def end_all(
    *, actor: Any, endings: Sequence[tuple[Affiliation, datetime.date]], reason: str = ""
) -> list[Affiliation]:
    """End services, each on its last day, all or none; as `end_appointment` does for one.

    Raises WrongAppointment for the first that has ended already or whose day does not fit.
    """
    days = {service.pk: last_day for service, last_day in endings}
    with transaction.atomic():
        rows = list(
            Affiliation.objects.select_for_update(of=("self",), no_key=True)
            .select_related("person", "place", "base", "member_org")
            .filter(pk__in=days)
            .order_by("pk")
        )
        for row in rows:
            check_last_day(row, days[row.pk])
            row.to_on = days[row.pk]
        Affiliation.objects.bulk_update(rows, ["to_on"], batch_size=BATCH)
        people = {row.person_id: row.person for row in rows}
        further = Affiliation.objects.secretaries().filter(person__in=people, concurrent=True)
        for key in set(further.values_list("person", flat=True)):
            settle_seats(people[key])
        settle_units(people.values())
        _after_all(actor, rows, "ended", reason)
    return rows


def settle_units(people: Iterable[Person]) -> None:
    """`settle_unit` for many people, in one statement."""
    known = {person.pk: person for person in people}
    best = placing().filter(person=OuterRef("pk"))
    mine = Person.objects.filter(pk__in=known)
    mine.update(unit=Subquery(best.values("place")[:1]))
    for pk, unit_id in mine.values_list("pk", "unit_id"):
        known[pk].unit_id = unit_id


def _after_all(actor: Any, made: Sequence[Affiliation], change: str, reason: str = "") -> None:
    began = change == "began"
    SummaryDelta.objects.bulk_create(
        [
            SummaryDelta(
                metric=SECRETARIES, place_id=row.place.pk, year=0, amount=1 if began else -1
            )
            for row in made
            if row.counts_as_secretary
            and row.place is not None
            and row.place.level == Place.Level.COMMITTEE
        ],
        batch_size=BATCH,
    )
    audit.record_all(
        actor=actor,
        acts=[
            audit.Act(
                f"appointment.{change}",
                row,
                after=facts_of(row) if began else {"to_on": row.to_on},
                reason=reason,
                on_behalf=row.person,
                unit_id=row.place_id,
            )
            for row in made
        ],
    )
    for row in made:
        registries.appointment_changed.emit(actor=actor, affiliation=row, change=change)
