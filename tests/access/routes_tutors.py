"""Rounds of tutoring and pairs: tutor and secretary of each side are a pair."""

from __future__ import annotations

from typing import Any

from tests.access.spec import REST, Route, Visit
from tests.access.world import World
from tests.factories.tutors import BatchFactory, PairingFactory, TutorAppointmentFactory
from tutors.models import Pairing

SEES_BATCH = "base_admin district organiser secretary tutor auditor"
SEES_PAIR = SEES_BATCH
CONDUCTS = "district organiser"


def build(world: World) -> None:
    for side in world.sides:
        tutor, pupil = side.people["tutor"], side.people["secretary"]
        batch = BatchFactory(district=side.district)
        TutorAppointmentFactory(person=tutor, district=side.district)
        side.things["batch"] = batch
        side.things["pairing"] = PairingFactory(
            batch=batch,
            tutor=tutor,
            pupil=pupil,
            tutor_unit=tutor.unit,
            pupil_unit=pupil.unit,
            state=Pairing.State.PROPOSED,
            tutor_accepted_at=None,
            pupil_accepted_at=None,
        )


def batch(visit: Visit) -> dict[str, Any]:
    return {"public_id": visit.side.things["batch"].public_id}


def pairing(visit: Visit) -> dict[str, Any]:
    return {"public_id": visit.side.things["pairing"].public_id}


def conducting(done: int) -> Route:
    return Route(
        post={done: CONDUCTS, 403: "base_admin secretary tutor auditor", 404: REST}, args=pairing
    )


ANSWERING = Route(
    post={302: "secretary tutor", 403: "base_admin district organiser auditor", 404: REST},
    args=pairing,
)
ROUTES = {
    "tutors:batch-list": Route(get=200),
    "tutors:batch-detail": Route(get={200: SEES_BATCH, 404: REST}, args=batch),
    "tutors:pairing-propose": Route(
        get={200: CONDUCTS, 403: "base_admin secretary tutor auditor", 404: REST},
        post={422: CONDUCTS, 403: "base_admin secretary tutor auditor", 404: REST},
        args=batch,
    ),
    "tutors:pupil-list": Route(get=200),
    "tutors:tutor-mine": Route(get=200),
    "tutors:pairing-detail": Route(get={200: SEES_PAIR, 404: REST}, args=pairing),
    "tutors:pairing-accept": ANSWERING,
    "tutors:pairing-decline": ANSWERING,
    "tutors:pairing-activate": conducting(422),
    "tutors:pairing-pause": conducting(302),
    "tutors:pairing-resume": conducting(302),
    "tutors:pairing-settle": conducting(302),
    "tutors:pairing-end": conducting(422),
    "api:my_pairings": Route(get=200, token=True),
}
