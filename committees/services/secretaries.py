"""Change of secretary (书记调整): who leaves, who follows, what becomes of both, in one step."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees import names
from committees.models import Affiliation, Person, Place
from committees.models.people import CAN_BE_IN_CHARGE, Post
from committees.services.appointments import (
    SeatTaken,
    WrongAppointment,
    check_post,
    not_in_charge,
    second_seat,
)
from committees.services.bulk import NewPerson
from committees.services.moves import (
    DAY,
    Beginning,
    Ending,
    Move,
    carry_out,
    check_day,
    checked,
    is_new,
)
from core import crypto
from core.templatetags.house import full_day

# Posts that somebody gives up on becoming secretary of the same committee.
GIVEN_UP = (Post.DEPUTY, Post.FIRST_SECRETARY)
# Posts a secretary may go on with, here or in another committee.
ONWARD = (Post.DEPUTY, Post.HEAD, Post.MEMBER, Post.WORKER, Post.OTHER)


class Onward(TextChoices):
    """What becomes of the secretary who is there now."""

    LEAVES = "leaves", gettext_lazy("Leaves this committee")
    STAYS = "stays", gettext_lazy("Stays here in another post")
    MOVES = "moves", gettext_lazy("Moves to another committee")


@dataclass(frozen=True, slots=True)
class SecretaryChange:
    """The facts of a change on day `on`, the first day of what is new.

    `successor` None: the post stays vacant. `in_charge_as`: the post in which the successor does
    the secretary's work while nobody is secretary; "" for a secretary. `keeps_posts`: posts of the
    successor in other committees go on (兼任); otherwise they end.
    """

    committee: Place
    on: datetime.date
    successor: Person | NewPerson | None = None
    in_charge_as: str = ""
    keeps_posts: bool = False
    onward: str = Onward.LEAVES
    onward_post: str = ""
    onward_place: Place | None = None
    source: str = ""
    reason: str = ""


def change_secretary(*, actor: Any, change: SecretaryChange, seen: str = "") -> Move:
    """Make the change; `seen` is the fingerprint of the plan that was confirmed.

    The caller has checked that the actor may appoint in the committee. Raises WrongAppointment
    and what stands below it, with the field that is wrong.
    """
    return carry_out(
        actor=actor, plan=lambda: plan_secretary_change(actor=actor, change=change), seen=seen
    )


def plan_secretary_change(*, actor: Any, change: SecretaryChange) -> Move:
    """What the change would do; nothing is written."""
    if change.committee.level != Place.Level.COMMITTEE:
        raise WrongAppointment(_("A secretary is changed in a committee."), field="committee")
    if change.committee.closed_on is not None:
        raise WrongAppointment(_("%(parent)s is closed.") % {"parent": change.committee.name})
    check_day(change.on)
    here = _open_at(change.committee)
    holder = next((service for service in here if service.counts_as_secretary), None)
    person, new_person = _successor(change.successor)
    if holder is None and person is None:
        raise WrongAppointment(
            _("Nobody is secretary here. Choose who takes over."), field="successor"
        )
    _check_last_change(change, holder)
    promoted = holder is not None and person is not None and person.pk == holder.person_id
    endings: list[Affiliation] = []
    beginnings: list[Beginning] = []
    if holder is not None and not promoted:
        ended, begun = _holder_goes(change, holder, here)
        endings += ended
        beginnings += begun
    if person is not None:
        ended, begun = _successor_comes(change, person, here, holder if promoted else None)
        endings += ended
        beginnings += begun
    move = Move(
        endings=tuple(Ending(service, change.on - DAY) for service in endings),
        beginnings=tuple(beginnings),
        reason=change.reason,
        new_person=new_person,
    )
    return checked(actor, _with_staying(move))


def _open_at(place: Place) -> list[Affiliation]:
    rows = Affiliation.objects.open().filter(place=place).select_related("person", "place")
    return list(rows.order_by("pk"))


def _check_last_change(change: SecretaryChange, holder: Affiliation | None) -> None:
    """A change lies after the one before it: what is recorded already keeps its days."""
    earlier = Affiliation.objects.counting().filter(place=change.committee, to_on__isnull=False)
    last = earlier.order_by("-to_on").values_list("to_on", flat=True).first()
    if last is not None and change.on <= last:
        raise WrongAppointment(
            _("The secretary before served until %(day)s. The change must lie later.")
            % {"day": full_day(last)},
            field="on",
        )


def _successor(named: Person | NewPerson | None) -> tuple[Person | None, NewPerson | None]:
    """Who follows; somebody entered anew who is known by number and name is that person."""
    if not isinstance(named, NewPerson):
        return named, None
    if not named.name_zh.strip():
        raise WrongAppointment(_("Write the name of the new person."), field="name_zh")
    known = _known(named)
    if known is None:
        spelling = names.spell_person(named.name_zh.strip())
        return Person(name_zh=named.name_zh.strip(), pinyin=spelling.pinyin), named
    if known.unit is not None:
        raise WrongAppointment(
            _(
                "%(person)s serves in %(place)s. Ask the district department to make this change "
                "in one step, or wait until that service has ended."
            )
            % {"person": known.name, "place": known.unit.name},
            field="name_zh",
        )
    return known, None


def _known(named: NewPerson) -> Person | None:
    """Somebody of the same number and name: never the name alone."""
    if not named.mobile:
        return None
    number = crypto.mobile_index(crypto.normalise_mobile(named.mobile))
    rows = Person.objects.filter(mobile_index=number, name_zh=named.name_zh.strip())
    found = list(rows.select_related("unit").order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def _holder_goes(
    change: SecretaryChange, holder: Affiliation, here: Iterable[Affiliation]
) -> tuple[list[Affiliation], list[Beginning]]:
    person, onward = holder.person, Onward(change.onward)
    mine = [service for service in here if service.person_id == person.pk]
    if onward == Onward.LEAVES:
        return mine, []
    post = _onward_post(change)
    if onward == Onward.STAYS:
        if post not in ONWARD:
            raise WrongAppointment(
                _("Choose the post in which the secretary stays."), field="onward_post"
            )
        held = any(service.post == post and service is not holder for service in mine)
        new = Affiliation(person=person, post=post, place=holder.place, from_on=change.on)
        return [holder], [] if held else [Beginning(new)]
    place = _onward_place(change, post)
    new = Affiliation(person=person, post=post, place=place, from_on=change.on)
    # Whoever keeps a seat in a third committee has that one and the new one.
    return mine, [Beginning(new, concurrent=new.counts_as_secretary)]


def _onward_post(change: SecretaryChange) -> Post:
    if change.onward_post not in Post.values:
        raise WrongAppointment(_("Choose the post that follows."), field="onward_post")
    return Post(change.onward_post)


def _onward_place(change: SecretaryChange, post: Post) -> Place:
    place = change.onward_place
    if place is None or place.pk == change.committee.pk:
        raise WrongAppointment(
            _("Choose the committee to which the secretary moves."), field="onward_place"
        )
    if place.closed_on is not None:
        raise WrongAppointment(
            _("%(parent)s is closed.") % {"parent": place.name}, field="onward_place"
        )
    try:
        check_post(place, post, in_charge=False)
    except SeatTaken as taken:
        raise SeatTaken(taken.message, field="onward_place") from taken
    return place


def _successor_comes(
    change: SecretaryChange,
    person: Person,
    here: Iterable[Affiliation],
    before: Affiliation | None,
) -> tuple[list[Affiliation], list[Beginning]]:
    """`before`: the successor's own service in charge, when she becomes secretary."""
    post, in_charge = Post.SECRETARY, False
    if change.in_charge_as:
        post, in_charge = Post(change.in_charge_as), True
        if post not in CAN_BE_IN_CHARGE:
            raise not_in_charge()
    if before is not None and (before.post == post and before.in_charge == in_charge):
        raise WrongAppointment(
            _("%(person)s is in this post already.") % {"person": person.name}, field="successor"
        )
    given_up = (post,) if in_charge else GIVEN_UP
    endings = [
        service
        for service in here
        if service.person_id == person.pk and (service.post in given_up or service is before)
    ]
    elsewhere = _in_other_committees(person, change.committee)
    seats = [service for service in elsewhere if service.counts_as_secretary]
    if not change.keeps_posts:
        endings += elsewhere
    new = Affiliation(
        person=person,
        post=post,
        place=change.committee,
        from_on=change.on,
        in_charge=in_charge,
        source=change.source,
    )
    return endings, [Beginning(new, concurrent=bool(seats) and change.keeps_posts)]


def _in_other_committees(person: Person, committee: Place) -> list[Affiliation]:
    if is_new(person):
        return []
    rows = Affiliation.objects.open().filter(person=person, place__level=Place.Level.COMMITTEE)
    rows = rows.exclude(place=committee).select_related("person", "place")
    return list(rows.order_by("pk"))


def _with_staying(move: Move) -> Move:
    return replace(move, staying=move.remaining())


# --- One person, one service ----------------------------------------------------------------------
def plan_ending(
    *, actor: Any, services: Iterable[Affiliation], last_day: datetime.date, reason: str = ""
) -> Move:
    """What ending these services would do, of one person or of a whole roster."""
    check_day(last_day)
    rows = list(services)
    if any(service.to_on is not None for service in rows):
        raise WrongAppointment(_("This service has ended already."))
    endings = tuple(Ending(service, last_day) for service in rows)
    return checked(actor, _with_staying(Move(endings=endings, reason=reason)))


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post that somebody takes up on day `on`; `leaves`: her posts in other committees and
    sub-districts end the day before (a move), otherwise they go on."""

    person: Person
    place: Place
    post: str
    on: datetime.date
    leaves: bool = False
    in_charge: bool = False
    concurrent: bool = False
    source: str = ""
    reason: str = ""


def plan_post(*, actor: Any, new: NewPost) -> Move:
    """What adding the post, or moving the person, would do."""
    if new.place.closed_on is not None:
        raise WrongAppointment(
            _("%(parent)s is closed.") % {"parent": new.place.name}, field="place"
        )
    check_day(new.on)
    check_post(new.place, Post(new.post), new.in_charge)
    rows = Affiliation.objects.open().filter(person=new.person, place__isnull=False)
    held = list(rows.select_related("person", "place").order_by("pk"))
    if any(row.place_id == new.place.pk and row.post == new.post for row in held):
        raise WrongAppointment(
            _("%(person)s holds this post there already.") % {"person": new.person.name},
            field="person",
        )
    ending = [row for row in held if row.place_id != new.place.pk] if new.leaves else []
    service = Affiliation(
        person=new.person,
        post=new.post,
        place=new.place,
        from_on=new.on,
        in_charge=new.in_charge,
        source=new.source,
    )
    seats = [row for row in held if row.counts_as_secretary and row not in ending]
    if service.counts_as_secretary and seats and not new.concurrent:
        raise second_seat(new.person, seats[0])
    move = Move(
        endings=tuple(Ending(row, new.on - DAY) for row in ending),
        beginnings=(Beginning(service, concurrent=new.concurrent),),
        reason=new.reason,
    )
    return checked(actor, _with_staying(move))
