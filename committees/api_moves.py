"""Changes of people for other programs: the same plan, the same refusals as on the pages."""

# Without postponed annotations: ninja would not find the names.
import datetime
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema

from committees import permissions
from committees.consequences import consequences
from committees.models import Affiliation, Person, Place
from committees.models.people import Post
from committees.services.bulk import NewPerson
from committees.services.moves import Move, carry_out
from committees.services.secretaries import (
    NewPost,
    Onward,
    SecretaryChange,
    plan_ending,
    plan_post,
    plan_secretary_change,
)

router = Router(tags=["appointments"])


class NewPersonIn(Schema):
    """Somebody who is not known yet; who is known by name and number is not added twice."""

    name_zh: str
    mobile: str = ""


class Step(Schema):
    """`seen`: the fingerprint of the preview that was confirmed; without it nothing is written
    and the answer is the preview."""

    on: datetime.date
    reason: str = ""
    seen: str = ""


class SecretaryIn(Step):
    """Who takes over on day `on`: a known person, a new one, or nobody (the post stays vacant).
    `onward`: what becomes of the present secretary: leaves, stays or moves."""

    successor: uuid.UUID | None = None
    new_person: NewPersonIn | None = None
    in_charge_as: Post | None = None
    keeps_posts: bool = False
    source: Affiliation.Source | None = None
    onward: Onward = Onward.LEAVES
    onward_post: Post | None = None
    onward_place: int | None = None


class PostIn(Step):
    """A post that begins on day `on`; `leaves`: posts in other places end the day before."""

    place: int
    post: Post
    leaves: bool = False
    in_charge: bool = False
    concurrent: bool = False


class LineOut(Schema):
    """A consequence. `kind`: ends, begins, stays, look or next."""

    kind: str
    text: str
    url: str


class ChangeOut(Schema):
    """`done`: whether it was written. `seen`: to be handed back with the confirmation."""

    done: bool
    seen: str
    lines: list[LineOut]


def _answer(request: HttpRequest, plan: Any, seen: str) -> dict[str, Any]:
    move: Move = plan()
    lines = consequences(move, request.user)
    if seen:
        carry_out(actor=request.user, plan=plan, seen=seen)
    return {"done": bool(seen), "seen": move.fingerprint, "lines": lines}


def _appointing(request: HttpRequest, place: Place) -> Place:
    if not permissions.can_appoint(request.user, place):
        raise PermissionDenied(
            _("People are appointed by the sub-district's organiser and the district department.")
        )
    return place


def _place(request: HttpRequest, pk: int) -> Place:
    return get_object_or_404(Place.objects.visible_to(request.user), pk=pk)


@router.post(
    "/places/{place_id}/secretary",
    response=ChangeOut,
    url_name="change-secretary",
    summary="Change of secretary",
)
def change_secretary(request: HttpRequest, place_id: int, data: SecretaryIn) -> dict[str, Any]:
    """Preview, or with `seen` the change. Refused with 422 and a code: wrong_appointment,
    seat_taken, second_seat, beyond_reach, changed."""
    committee = _appointing(request, _place(request, place_id))
    successor: Person | NewPerson | None = None
    if data.successor is not None:
        people = Person.objects.present_to(request.user)
        successor = get_object_or_404(people, public_id=data.successor)
    elif data.new_person is not None:
        successor = NewPerson(name_zh=data.new_person.name_zh, mobile=data.new_person.mobile)
    onward_place = None if data.onward_place is None else _place(request, data.onward_place)
    change = SecretaryChange(
        committee=committee,
        on=data.on,
        successor=successor,
        in_charge_as=data.in_charge_as or "",
        keeps_posts=data.keeps_posts,
        onward=data.onward,
        onward_post=data.onward_post or "",
        onward_place=onward_place,
        source=data.source or "",
        reason=data.reason[:200],
    )
    return _answer(
        request, lambda: plan_secretary_change(actor=request.user, change=change), data.seen
    )


@router.post(
    "/people/{public_id}/posts",
    response=ChangeOut,
    url_name="begin-post",
    summary="Add a post or move",
)
def begin_post(request: HttpRequest, public_id: uuid.UUID, data: PostIn) -> dict[str, Any]:
    """Preview, or with `seen` the change."""
    person = get_object_or_404(Person.objects.present_to(request.user), public_id=public_id)
    new = NewPost(
        person=person,
        place=_appointing(request, _place(request, data.place)),
        post=data.post,
        on=data.on,
        leaves=data.leaves,
        in_charge=data.in_charge,
        concurrent=data.concurrent,
        reason=data.reason[:200],
    )
    return _answer(request, lambda: plan_post(actor=request.user, new=new), data.seen)


@router.post(
    "/{service_id}/end",
    response=ChangeOut,
    url_name="end-service",
    summary="End a service; `on` is its last day",
)
def end_service(request: HttpRequest, service_id: int, data: Step) -> dict[str, Any]:
    """Preview, or with `seen` the change."""
    services = Affiliation.objects.visible_to(request.user).select_related("person", "place")
    service = get_object_or_404(services, pk=service_id, place__isnull=False)
    if service.place is not None:
        _appointing(request, service.place)

    def plan() -> Move:
        rows = Affiliation.objects.filter(pk=service_id).select_related("person", "place")
        return plan_ending(
            actor=request.user, services=rows, last_day=data.on, reason=data.reason[:200]
        )

    return _answer(request, plan, data.seen)
