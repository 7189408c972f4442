"""Appointments: who serves where, from when to when."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Affiliation, MemberOrganisation, Person, Place, TrainingBase
from committees.models.people import CAN_BE_IN_CHARGE, AffiliationQuerySet, Post
from core import audit, registries, summaries
from core.errors import DomainError

# Which of several open posts says where a person belongs: the first of these; of two seats as
# secretary the own one.
UNIT_ORDER = (
    Post.SECRETARY,
    Post.FIRST_SECRETARY,
    Post.DEPUTY,
    Post.HEAD,
    Post.MEMBER,
    Post.WORKER,
    Post.STREET_CADRE,
    Post.ORGANISER,
    Post.DISTRICT_STAFF,
    Post.OTHER,
)
SECRETARIES = "secretaries"


class WrongAppointment(DomainError):
    code = "wrong_appointment"


class SeatTaken(WrongAppointment):
    """The committee has a secretary already."""

    code = "seat_taken"


class SecondSeat(WrongAppointment):
    """The person is secretary elsewhere, and nobody said that both are held."""

    code = "second_seat"


def appoint(
    *,
    actor: Any,
    person: Person,
    post: str,
    place: Place | None = None,
    base: TrainingBase | None = None,
    member_org: MemberOrganisation | None = None,
    external: str = "",
    from_on: datetime.date | None,
    in_charge: bool = False,
    concurrent: bool = False,
    source: str = "",
    note_zh: str = "",
    note_en: str = "",
) -> Affiliation:
    """Begin a person's service in one organisation (`from_on` None: the day is not known).

    `in_charge`: does the secretary's work while nobody is secretary. `concurrent`: a second seat as
    secretary is meant; of somebody who holds none yet it becomes the own one.

    Raises WrongAppointment unless exactly one organisation is named, the place stands and fits the
    post, the day is not in the future and the same service is not open already; SeatTaken when the
    committee has a secretary; SecondSeat when the person is secretary elsewhere and this is not
    said to be held concurrently.
    """
    external = external.strip()
    post = Post(post)
    if sum(bool(organisation) for organisation in (place, base, member_org, external)) != 1:
        raise WrongAppointment(_("An appointment names exactly one organisation."), field="place")
    if from_on is not None and from_on > timezone.localdate():
        raise WrongAppointment(_("An appointment begins today or earlier."), field="from_on")
    try:
        with transaction.atomic():
            if place is not None:
                place = lock_place(place)
                check_post(place, post, in_charge)
            elif in_charge:
                raise not_in_charge()
            new = Affiliation(
                person=person,
                post=post,
                place=place,
                base=base,
                member_org=member_org,
                external=external,
                from_on=from_on,
                in_charge=in_charge,
                source=source,
                note_zh=note_zh,
                note_en=note_en,
            )
            begin(actor, new, concurrent=concurrent)
    except IntegrityError as exc:  # two at once; the rollback is done
        raise SeatTaken(_("%(place)s already has a secretary.") % {"place": place}) from exc
    return new


def lock_place(place: Place) -> Place:
    """The place, locked and read afresh. Raises WrongAppointment when it is closed."""
    place = Place.objects.select_for_update(no_key=True).get(pk=place.pk)
    if place.closed_on is not None:
        raise WrongAppointment(_("%(parent)s is closed.") % {"parent": place}, field="place")
    return place


def not_in_charge() -> WrongAppointment:
    return WrongAppointment(
        _(
            "In charge of a committee is a deputy secretary, first secretary, committee head, "
            "member or somebody sent there."
        ),
        field="in_charge",
    )


def check_post(place: Place, post: str, in_charge: bool) -> None:
    """Raises WrongAppointment when the post does not fit the (locked) place, SeatTaken when its
    seat as secretary is not free."""
    if in_charge and post not in CAN_BE_IN_CHARGE:
        raise not_in_charge()
    if post == Post.SECRETARY or in_charge:
        if place.affiliations.secretaries().exists():
            raise SeatTaken(
                _("%(place)s already has a secretary.") % {"place": place}, field="post"
            )
    elif post in (Post.ORGANISER, Post.STREET_CADRE) and place.level != Place.Level.SUBDISTRICT:
        raise WrongAppointment(_("This post belongs to a sub-district or town."), field="post")


def begin(
    actor: Any, new: Affiliation, *, concurrent: bool = False, reason: str = ""
) -> Affiliation:
    """Write a service that begins, and what it entails; the caller has locked the place."""
    where = {key: getattr(new, key) for key in ("place", "base", "member_org", "external")}
    if Affiliation.objects.open().filter(person=new.person, post=new.post, **where).exists():
        raise WrongAppointment(
            _("%(person)s holds this post there already.") % {"person": new.person}, field="person"
        )
    if new.counts_as_secretary and new.place is not None:
        held = own_seat(new.person)
        if held is not None and not concurrent:
            raise second_seat(new.person, held)
        new.concurrent = held is not None
    new.save(force_insert=True)  # new row
    _after_change(actor, new, "began", {}, reason)
    return new


def own_seat(person: Person) -> Affiliation | None:
    """The committee whose secretary the person is, the own one of several; None without one."""
    seats = Affiliation.objects.secretaries().filter(person=person, place__isnull=False)
    return seats.select_related("place").filter(concurrent=False).first()


def second_seat(person: Person, held: Affiliation) -> SecondSeat:
    return SecondSeat(
        _("%(person)s is secretary of %(place)s. Say whether this is a move or held concurrently.")
        % {"person": person, "place": held.place},
        field="person",
    )


def end_appointment(
    *, actor: Any, affiliation: Affiliation, to_on: datetime.date, reason: str = ""
) -> Affiliation:
    """End a service on `to_on`, its last day.

    Raises WrongAppointment when it has ended already, or the day lies in the future or before the
    first day.
    """
    with transaction.atomic():
        affiliation = (
            Affiliation.objects.select_for_update(of=("self",), no_key=True)
            .select_related("person", "place", "base", "member_org")
            .get(pk=affiliation.pk)
        )
        check_last_day(affiliation, to_on)
        affiliation.to_on = to_on
        affiliation.save(update_fields=["to_on"])
        _after_change(actor, affiliation, "ended", {"to_on": to_on}, reason)
    return affiliation


def check_last_day(affiliation: Affiliation, to_on: datetime.date) -> None:
    """Raises WrongAppointment unless the (locked) service can end on that day."""
    if affiliation.to_on is not None:
        raise WrongAppointment(_("This service has ended already."))
    if to_on > timezone.localdate():
        raise WrongAppointment(_("The last day is today or earlier."), field="to_on")
    if affiliation.from_on is not None and to_on < affiliation.from_on:
        raise WrongAppointment(_("The last day lies before the first."), field="to_on")


def _after_change(
    actor: Any, affiliation: Affiliation, change: str, after: dict[str, Any], reason: str = ""
) -> None:
    """What every change of an appointment entails: unit, figure, audit, those who listen."""
    if change == "ended":
        settle_seats(affiliation.person)
    settle_unit(affiliation.person)
    place = affiliation.place
    if place and affiliation.counts_as_secretary and place.level == Place.Level.COMMITTEE:
        amount = 1 if change == "began" else -1
        summaries.add(SECRETARIES, place_id=place.pk, amount=amount)
    audit.record(
        actor=actor,
        action=f"appointment.{change}",
        obj=affiliation,
        after=after or facts_of(affiliation),
        reason=reason,
        on_behalf=affiliation.person,
        unit_id=affiliation.place_id,
    )
    registries.appointment_changed.emit(actor=actor, affiliation=affiliation, change=change)


def settle_unit(person: Person) -> None:
    """Set `person.unit` from the open services: first post of UNIT_ORDER, latest of these.

    The row is locked and read afresh: two changes of one person wait for each other, and what the
    caller remembers of the unit may be old.
    """
    held = Person.objects.select_for_update(no_key=True).only("unit_id").get(pk=person.pk)
    unit_id = placing().filter(person=person).values_list("place", flat=True).first()
    person.unit_id = unit_id
    if held.unit_id != unit_id:
        person.save(update_fields=["unit"])


def placing() -> AffiliationQuerySet:
    """Open services that say where somebody belongs, the deciding one first."""
    ranks = [When(post=post, then=Value(rank)) for rank, post in enumerate(UNIT_ORDER)]
    rank = Case(When(in_charge=True, then=Value(0)), *ranks)
    rows = Affiliation.objects.open().filter(post__in=UNIT_ORDER, place__isnull=False)
    return rows.order_by(rank, "concurrent", F("from_on").desc(nulls_last=True), "-pk")


def facts_of(affiliation: Affiliation) -> dict[str, Any]:
    """A service as the audit trail writes it: what is always said, and what is particular."""
    said = {"post": affiliation.post, "from_on": affiliation.from_on}
    flags = {"in_charge": affiliation.in_charge, "concurrent": affiliation.concurrent}
    return said | {key: value for key, value in flags.items() if value}


def settle_seats(person: Person) -> None:
    """Who keeps only a seat held concurrently has it as the own one from now on."""
    seats = Affiliation.objects.secretaries().filter(person=person, place__isnull=False)
    rows = list(seats.order_by(F("from_on").asc(nulls_first=True), "pk"))
    if rows and all(row.concurrent for row in rows):
        rows[0].concurrent = False
        rows[0].save(update_fields=["concurrent"])
