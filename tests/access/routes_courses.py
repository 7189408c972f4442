"""Classes, sessions, enrolments: the member of each side is enrolled in the class of its base."""

from __future__ import annotations

from typing import Any

from courses.models import Enrolment
from tests.access.spec import REST, Route, Rule, Visit
from tests.access.world import World
from tests.factories.courses import EnrolmentFactory, OfferingFactory, SessionFactory

# The system administrator has no business data; the others are of no district.
UNSEEN = "system_admin none member_org"


def build(world: World) -> None:
    for side in world.sides:
        offering = OfferingFactory(base=side.base)
        side.things["offering"] = offering
        side.things["session"] = SessionFactory(offering=offering)
        side.things["enrolment"] = EnrolmentFactory(
            offering=offering, person=side.people["member"], channel=Enrolment.Channel.SELF
        )


def offering(visit: Visit) -> dict[str, Any]:
    return {"public_id": visit.side.things["offering"].public_id}


def session(visit: Visit) -> dict[str, Any]:
    return {"public_id": visit.side.things["session"].public_id}


def enrolment(visit: Visit) -> dict[str, Any]:
    return {"public_id": visit.side.things["enrolment"].public_id}


def course(visit: Visit) -> dict[str, Any]:
    return {"pk": visit.side.things["offering"].courses.get().pk}


def only(roles: str, status: int = 200) -> Rule:
    """Those roles; others who see the class are refused."""
    return {status: roles, 404: UNSEEN, 403: REST}


BASE = "base_admin"
# What is taught is open to everyone with a role; changing it is the base's own.
OTHER_COURSE: Rule = {404: "none", 403: REST}
CANCELS = "member organiser base_admin"
SEES_ENROLMENT = "district auditor"
ROUTES = {
    "courses:offering-list": Route(get=200),
    "courses:enrolment-list": Route(get=200),
    "courses:check-in": Route(get=200),
    "courses:session-check-in": Route(get=only("member"), post=only("member", 422), args=session),
    "courses:enrolment-cancel": Route(
        get={200: CANCELS, 403: SEES_ENROLMENT, 404: REST},
        post={422: CANCELS, 403: SEES_ENROLMENT, 404: REST},
        args=enrolment,
    ),
    "courses:course-list": Route(get=200),
    "courses:course-create": Route(get={200: BASE, 403: REST}, post={422: BASE, 403: REST}),
    "courses:course-edit": Route(
        get={200: BASE, 404: "none", 403: REST},
        post={422: BASE, 404: "none", 403: REST},
        args=course,
        foreign_get=OTHER_COURSE,
        foreign_post=OTHER_COURSE,
    ),
    "courses:offering-create": Route(get={200: BASE, 403: REST}, post={422: BASE, 403: REST}),
    "courses:session-edit": Route(get=only(BASE), post=only(BASE, 422), args=session),
    "courses:session-drop": Route(post=only(BASE, 302), args=session),
    "courses:session-live": Route(get=only(BASE), args=session),
    "courses:session-roll-call": Route(get=only(BASE), post=only(BASE, 302), args=session),
    "courses:session-close": Route(post=only(BASE, 302), args=session),
    "courses:offering-detail": Route(get={404: UNSEEN, 200: REST}, args=offering),
    "courses:offering-enrol": Route(post=only("secretary member", 302), args=offering),
    "courses:offering-people": Route(get=only("base_admin organiser"), args=offering),
    "courses:offering-enrolments": Route(
        get=only("base_admin organiser district auditor"), args=offering
    ),
    "courses:offering-certificates": Route(
        get=only("base_admin organiser district auditor"), args=offering
    ),
    "courses:offering-certificates-issue": Route(post=only(BASE, 302), args=offering),
    "courses:offering-certificates-print": Route(post=only(BASE, 302), args=offering),
    "courses:offering-edit": Route(get=only(BASE), post=only(BASE, 422), args=offering),
    "courses:session-create": Route(get=only(BASE), post=only(BASE, 422), args=offering),
    "courses:offering-open": Route(post=only(BASE, 302), args=offering),
    "courses:offering-close": Route(post=only(BASE, 302), args=offering),
    "courses:offering-cancel": Route(get=only(BASE), post=only(BASE, 422), args=offering),
    "courses:offering-complete": Route(post=only(BASE, 302), args=offering),
    "api:class-list": Route(get=200, token=True),
    "api:class-mine": Route(get=200, token=True),
    "api:class-detail": Route(get={404: UNSEEN, 200: REST}, args=offering, token=True),
    "api:class-enrol": Route(
        # The class has begun, so those who might enrol hear that; who is no person is not found.
        post={422: "secretary member", 403: "tutor lecturer observer panel", 404: REST},
        args=offering,
        token=True,
    ),
    "api:enrolment-cancel": Route(
        delete={422: "member organiser base_admin", 403: "district auditor", 404: REST},
        args=enrolment,
        token=True,
    ),
}
