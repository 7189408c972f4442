"""Places, people, bases."""

from __future__ import annotations

from typing import Any

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


EDITS_PROFILE = {200: "district organiser", 404: OUTSIDE, 403: REST}
EDITS_WORDS = {200: "district", 404: OUTSIDE, 403: REST}
ROUTES = {
    "committees:place-list": Route(get={200: f"system_admin {OUTSIDE}", 302: REST}),
    "committees:place-detail": Route(
        get={404: OUTSIDE, 200: REST}, args=committee, foreign_get=TREE
    ),
    "committees:place-profile": Route(
        get=EDITS_PROFILE,
        post=EDITS_PROFILE,
        args=committee,
        foreign_get=TREE_NO_ACT,
        foreign_post=TREE_NO_ACT,
    ),
    "committees:place-words": Route(
        get=EDITS_WORDS,
        post=EDITS_WORDS,
        args=district,
        foreign_get=TREE_NO_ACT,
        foreign_post=TREE_NO_ACT,
    ),
    "committees:person-list": Route(get={200: PEOPLE, 403: REST}),
    "committees:person-detail": Route(get={200: PEOPLE, 404: REST}, args=somebody),
    "committees:person-mobile": Route(
        post={422: "district organiser base_admin", 403: "auditor", 404: REST}, args=somebody
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
