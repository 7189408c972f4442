"""Places, people, bases."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from committees.models import Affiliation, Closure, ImportRun
from tests.access.spec import REST, Route, Visit

# Nothing of the tree lies in the scope of somebody without a role or of a member organisation.
OUTSIDE = "none member_org"
PEOPLE = "district organiser base_admin auditor"
TREE = {200: "system_admin", 404: REST}  # the tree itself is no secret to its keeper
TREE_NO_ACT = {403: "system_admin", 404: REST}


def committee(visit: Visit) -> dict[str, Any]:
    return {"pk": visit.side.committee.pk}


def district(visit: Visit) -> dict[str, Any]:
    return {"pk": visit.side.district.pk}


def somebody(visit: Visit) -> dict[str, Any]:
    return {"public_id": visit.side.people["managed"].public_id}


def base(visit: Visit) -> dict[str, Any]:
    return {"code": visit.side.base.code}


def closed(visit: Visit) -> dict[str, Any]:
    place = visit.side.tree.committees[1]
    today = timezone.localdate()
    known = Closure.objects.filter(place=place).first()
    return {
        "pk": (
            known
            or Closure.objects.create(
                place=place, edition=2021, closed_on=today, finding=Closure.Finding.NOWHERE
            )
        ).pk
    }


def an_edition(visit: Visit) -> dict[str, Any]:
    return {"year": 2021}


REGISTERS = "district organiser base_admin auditor system_admin"


def list_coming_in(visit: Visit) -> dict[str, Any]:
    """An import of the side's sub-district that waits for decisions."""
    run = ImportRun.objects.create(
        kind="roster", within=visit.side.street, name="list.csv", state="planned"
    )
    return {"key": run.public_id}


def kind_of_list(visit: Visit) -> dict[str, Any]:
    return {"kind": "roster"}


def importing(status: int) -> dict[int, str]:
    """What is seen by those who may import for the place, and by nobody else."""
    return {status: "district organiser", 404: REST}


BEGINS = {200: "district organiser", 403: REST}
HANDS_IN = {422: "district organiser", 403: REST}
HAS_MADE = {302: "district organiser", 403: REST}
EDITS_PROFILE = {200: "district organiser", 404: OUTSIDE, 403: REST}
EDITS_WORDS = {200: "district", 404: OUTSIDE, 403: REST}


def service(visit: Visit) -> dict[str, Any]:
    """The seat of the secretary of the visited side."""
    person = visit.side.people["secretary"]
    row = Affiliation.objects.get(person=person)
    return {"public_id": person.public_id, "pk": row.pk}


def appointing(status: int) -> dict[int, str]:
    """Organiser and district; whoever sees the place hears that it is not theirs to do."""
    return {status: "district organiser", 404: OUTSIDE, 403: REST}


APPOINTS_PERSON = {200: "district organiser", 403: "base_admin auditor", 404: REST}
APPOINTS_POST = {422: "district organiser", 403: "base_admin auditor", 404: REST}
ENDS = {200: "district organiser", 403: "base_admin auditor secretary tutor", 404: REST}
ENDS_POST = {422: "district organiser", 403: "base_admin auditor secretary tutor", 404: REST}
# A day that lies too far ahead: whoever may act hears so, everybody else what the matrix says.
AHEAD = {"on": "3000-01-01"}
ROUTES = {
    "committees:secretary-change": Route(
        get=appointing(200),
        post=appointing(422),
        args=committee,
        foreign_get=TREE_NO_ACT,
        foreign_post=TREE_NO_ACT,
    ),
    "committees:secretary-done": Route(
        get=appointing(200), args=committee, foreign_get=TREE_NO_ACT
    ),
    "committees:person-post": Route(get=APPOINTS_PERSON, post=APPOINTS_POST, args=somebody),
    "committees:person-move": Route(get=APPOINTS_PERSON, post=APPOINTS_POST, args=somebody),
    "committees:service-end": Route(get=ENDS, post=ENDS_POST, args=service, data=AHEAD),
    "api:change-secretary": Route(
        post=appointing(422),
        args=lambda visit: {"place_id": visit.side.committee.pk},
        foreign_post=TREE_NO_ACT,
        data=AHEAD,
        token=True,
    ),
    "api:begin-post": Route(
        post={422: "district organiser", 403: "base_admin auditor", 404: REST},
        args=somebody,
        data=lambda visit: {"place": visit.side.committee.pk, "post": "committee_member"} | AHEAD,
        token=True,
    ),
    "api:end-service": Route(
        post=ENDS_POST,
        args=lambda visit: {"service_id": service(visit)["pk"]},
        data=AHEAD,
        token=True,
    ),
    "committees:place-list": Route(get={200: f"system_admin {OUTSIDE}", 302: REST}),
    "committees:place-detail": Route(
        get={404: OUTSIDE, 200: REST}, args=committee, foreign_get=TREE
    ),
    "committees:place-profile": Route(
        get=EDITS_PROFILE,
        post={302: "district organiser", 404: OUTSIDE, 403: REST},
        args=committee,
        foreign_get=TREE_NO_ACT,
        foreign_post=TREE_NO_ACT,
    ),
    "committees:place-words": Route(
        get=EDITS_WORDS,
        post={422: "district", 404: OUTSIDE, 403: REST},
        args=district,
        foreign_get=TREE_NO_ACT,
        foreign_post=TREE_NO_ACT,
    ),
    "committees:register-list": Route(get={200: REGISTERS, 403: REST}),
    "committees:register-report": Route(
        get={200: REGISTERS, 403: REST}, args=an_edition, foreign_get={200: REGISTERS, 403: REST}
    ),
    "committees:closure-decide": Route(
        get={200: REGISTERS, 403: REST},
        post={422: "district system_admin", 403: REST},
        args=closed,
        foreign_get={200: "system_admin", 404: "district organiser base_admin auditor", 403: REST},
        foreign_post={422: "system_admin", 404: "district organiser base_admin auditor", 403: REST},
    ),
    "committees:place-roster": Route(
        get={200: "district base_admin auditor", 404: OUTSIDE, 403: REST},
        args=district,
        foreign_get=TREE_NO_ACT,
    ),
    "committees:person-list": Route(get={200: PEOPLE, 403: REST}),
    "committees:person-export": Route(
        get={200: "district organiser", 403: REST}, post={422: "district organiser", 403: REST}
    ),
    "committees:person-detail": Route(get={200: PEOPLE, 404: REST}, args=somebody),
    "committees:person-mobile": Route(
        post={422: "district organiser base_admin", 403: "auditor", 404: REST}, args=somebody
    ),
    "committees:import-list": Route(get={200: "district organiser", 403: REST}),
    "committees:import-begin": Route(
        get=BEGINS, post=HANDS_IN, args=kind_of_list, foreign_get=BEGINS, foreign_post=HANDS_IN
    ),
    "committees:import-template": Route(post=HAS_MADE, args=kind_of_list, foreign_post=HAS_MADE),
    "committees:import-show": Route(get=importing(200), args=list_coming_in),
    "committees:import-columns": Route(
        get=importing(200), post=importing(422), args=list_coming_in
    ),
    "committees:import-decide": Route(post=importing(302), args=list_coming_in),
    "committees:import-apply": Route(post=importing(422), args=list_coming_in),
    "committees:import-go-on": Route(post=importing(422), args=list_coming_in),
    "committees:import-undo": Route(post=importing(422), args=list_coming_in),
    "committees:import-drop": Route(post=importing(302), args=list_coming_in),
    "committees:import-document": Route(
        post=importing(422), args=lambda visit: list_coming_in(visit) | {"what": "report"}
    ),
    "committees:base-list": Route(get=200),
    "committees:base-detail": Route(get={404: OUTSIDE, 200: REST}, args=base, foreign_get=TREE),
    "api:list_places": Route(get=200, token=True),
    "api:one_place": Route(
        get={404: OUTSIDE, 200: REST},
        args=lambda visit: {"place_id": visit.side.committee.pk},
        foreign_get=TREE,
        token=True,
    ),
}
