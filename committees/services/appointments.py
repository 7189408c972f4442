"""Appointments: who serves where, from when to when."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Affiliation, MemberOrganisation, Person, Place, TrainingBase
from committees.models.people import Post
from core import audit, registries, summaries
from core.errors import DomainError

# Which of several open posts says where a person belongs: the first of these.
UNIT_ORDER = (
    Post.SECRETARY,
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
    source: str = "",
    note_zh: str = "",
    note_en: str = "",
) -> Affiliation:
    """Begin a person's service in one organisation (`from_on` None: the day is not known).

    Raises WrongAppointment unless exactly one organisation is named, the place stands and fits the
    post, the day is not in the future and the same service is not open already; SeatTaken when the
    committee has a secretary.
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
                place = _lock_place(place, post)
            affiliation = _begin(
                person, post, place, base, member_org, external, from_on, source, note_zh, note_en
            )
            _after_change(actor, affiliation, "began", {})
    except IntegrityError as exc:  # two at once; the rollback is done
        raise SeatTaken(_("%(place)s already has a secretary.") % {"place": place}) from exc
    return affiliation


def _lock_place(place: Place, post: str) -> Place:
    place = Place.objects.select_for_update(no_key=True).get(pk=place.pk)
    if place.closed_on is not None:
        raise WrongAppointment(_("%(parent)s is closed.") % {"parent": place}, field="place")
    if post == Post.SECRETARY:
        if place.affiliations.secretaries().exists():
            raise SeatTaken(
                _("%(place)s already has a secretary.") % {"place": place}, field="post"
            )
    elif post in (Post.ORGANISER, Post.STREET_CADRE) and place.level != Place.Level.SUBDISTRICT:
        raise WrongAppointment(_("This post belongs to a sub-district or town."), field="post")
    return place


def _begin(
    person: Person,
    post: str,
    place: Place | None,
    base: TrainingBase | None,
    member_org: MemberOrganisation | None,
    external: str,
    from_on: datetime.date | None,
    source: str,
    note_zh: str,
    note_en: str,
) -> Affiliation:
    where = {"place": place, "base": base, "member_org": member_org, "external": external}
    if Affiliation.objects.open().filter(person=person, post=post, **where).exists():
        raise WrongAppointment(
            _("%(person)s holds this post there already.") % {"person": person}, field="person"
        )
    return Affiliation.objects.create(
        person=person,
        post=post,
        from_on=from_on,
        source=source,
        note_zh=note_zh,
        note_en=note_en,
        **where,
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
        if affiliation.to_on is not None:
            raise WrongAppointment(_("This service has ended already."))
        if to_on > timezone.localdate():
            raise WrongAppointment(_("The last day is today or earlier."), field="to_on")
        if affiliation.from_on is not None and to_on < affiliation.from_on:
            raise WrongAppointment(_("The last day lies before the first."), field="to_on")
        affiliation.to_on = to_on
        affiliation.save(update_fields=["to_on"])
        _after_change(actor, affiliation, "ended", {"to_on": to_on}, reason)
    return affiliation


def _after_change(
    actor: Any, affiliation: Affiliation, change: str, after: dict[str, Any], reason: str = ""
) -> None:
    """What every change of an appointment entails: unit, figure, audit, those who listen."""
    settle_unit(affiliation.person)
    place = affiliation.place
    if place and affiliation.post == Post.SECRETARY and place.level == Place.Level.COMMITTEE:
        amount = 1 if change == "began" else -1
        summaries.add(SECRETARIES, place_id=place.pk, amount=amount)
    audit.record(
        actor=actor,
        action=f"appointment.{change}",
        obj=affiliation,
        after=after or {"post": affiliation.post, "from_on": affiliation.from_on},
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
    posts = {post: rank for rank, post in enumerate(UNIT_ORDER)}
    rows = (
        Affiliation.objects.open()
        .filter(person=person, post__in=UNIT_ORDER, place__isnull=False)
        .order_by(F("from_on").desc(nulls_last=True), "-pk")
    )
    best = min(rows, key=lambda row: posts[Post(row.post)], default=None)
    unit_id = best.place_id if best else None
    person.unit_id = unit_id
    if held.unit_id != unit_id:
        person.save(update_fields=["unit"])
