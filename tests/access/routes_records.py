"""Hours: the member of each side has an entry that waits."""

from __future__ import annotations

import datetime
from typing import Any

from records import services
from records.models import HourClaim
from records.services import account_for
from tests.access.spec import REST, Route, Visit
from tests.access.world import World
from tests.factories.records import HourEntryFactory, posting

KEY = "hours.secretary_year"
SETS = {200: "district system_admin", 403: REST}


def rule(visit: Visit) -> dict[str, Any]:
    return {"key": KEY}


def waiting(visit: Visit) -> dict[str, Any]:
    return {"key": KEY, "pk": 0}


READERS = "district organiser auditor"


def a_claim(visit: Visit) -> dict[str, Any]:
    """Hours that somebody of the visited side has handed in."""
    person, day = visit.side.people["managed"], datetime.date(2026, 3, 5)
    unit = visit.side.committee
    entry = HourEntryFactory(account=account_for(person), unit=unit, source="claim")
    claim = HourClaim.objects.create(
        person=person,
        unit=unit,
        entry=entry,
        title="样本班",
        host="样本校",
        category="centralised",
        from_on=day,
        to_on=day,
        measure="hour",
        quarters=4,
    )
    return {"key": claim.public_id}


def build(world: World) -> None:
    for side in world.sides:
        person = side.people["member"]
        side.things["hours"] = services.post_hours(
            actor=None, posting=posting(person, unit=side.committee), verified=False
        )


def member(visit: Visit) -> dict[str, Any]:
    return {"public_id": visit.side.people["member"].public_id}


def entry(visit: Visit) -> dict[str, Any]:
    return {"pk": visit.side.things["hours"].pk}


def district(visit: Visit) -> dict[str, Any]:
    return {"place_id": visit.side.district.pk}


def the_gap(visit: Visit) -> dict[str, Any]:
    return {"place_id": visit.side.district.pk, "kind": "gap"}


DECIDES = "organiser district"
READS = "base_admin district auditor"
# Who sees the district's name, but not its figures.
PLACE = {200: READS, 404: "none member_org", 403: REST}
FOREIGN = {403: "system_admin", 404: REST}


def the_year(visit: Visit) -> dict[str, Any]:
    """The year of the entry that waits: it is too early to lock it, or there is something open."""
    return {"pk": visit.side.district.pk, "year": 2026}


OUT = "none member_org"
YEAR = Route(
    get={200: f"organiser {READS}", 404: OUT, 403: REST}, args=the_year, foreign_get=FOREIGN
)
ROUTES = {
    "records:year-end-first": Route(get={302: f"organiser {READS}", 403: REST}),
    "records:year-end": YEAR,
    "records:year-end-gaps": YEAR,
    # No year is locked in this world.
    "records:year-end-changes": Route(
        get={404: f"organiser {READS} {OUT}", 403: REST}, args=the_year, foreign_get=FOREIGN
    ),
    "records:year-end-rules": Route(
        get={200: f"organiser {READS}", 404: OUT, 403: REST},
        post={302: "district", 404: OUT, 403: REST},
        args=the_year,
        foreign_get=FOREIGN,
        foreign_post=FOREIGN,
    ),
    "records:year-end-lock": Route(
        post={422: "district", 404: OUT, 403: REST}, args=the_year, foreign_post=FOREIGN
    ),
    "records:my-hours": Route(get=200),
    "records:policy-list": Route(get=200),
    "records:policy-checklist": Route(get={200: "district system_admin auditor", 403: REST}),
    "records:policy-why": Route(get=200, args=rule, foreign_get=200),
    "records:policy-change": Route(
        get=SETS,
        post={422: "district system_admin", 403: REST},
        args=rule,
        foreign_get=SETS,
        foreign_post={422: "district system_admin", 403: REST},
    ),
    "records:policy-check": Route(
        post={422: "district system_admin", 403: REST},
        args=rule,
        foreign_post={422: "district system_admin", 403: REST},
    ),
    "records:policy-withdraw": Route(
        post={404: "district system_admin", 403: REST},
        args=waiting,
        foreign_post={404: "district system_admin", 403: REST},
    ),
    "records:claim-list": Route(get=200),
    # An account without a person has nobody to claim for.
    "records:claim-new": Route(
        get={404: "system_admin district organiser base_admin auditor", 200: REST},
        post={404: "system_admin district organiser base_admin auditor", 422: REST},
    ),
    "records:claim-show": Route(get={200: READERS, 404: REST}, args=a_claim),
    "records:claim-change": Route(
        get={403: READERS, 404: REST}, post={403: READERS, 404: REST}, args=a_claim
    ),
    "records:claim-take-back": Route(post={403: READERS, 404: REST}, args=a_claim),
    "records:claim-decide": Route(
        post={422: "district organiser", 403: "auditor", 404: REST}, args=a_claim
    ),
    "records:person-hours": Route(get={200: f"organiser {READS} member", 404: REST}, args=member),
    "records:exempt": Route(
        get={200: "organiser", 403: f"{READS} member", 404: REST},
        post={422: "organiser", 403: f"{READS} member", 404: REST},
        args=member,
    ),
    "records:desk": Route(get={200: DECIDES, 403: REST}, post={302: DECIDES, 403: REST}),
    "records:desk-entry": Route(
        get={200: DECIDES, 403: "base_admin auditor member", 404: REST},
        post={422: DECIDES, 403: "base_admin auditor member", 404: REST},
        args=entry,
        data={"return": "1"},
    ),
    "records:hour-overview-first": Route(get={302: f"{READS} organiser", 403: REST}),
    "records:hour-overview": Route(get=PLACE, args=district, foreign_get=FOREIGN),
    "records:hour-list": Route(get=PLACE, args=the_gap, foreign_get=FOREIGN),
    "records:hour-export": Route(
        get={200: "district", 404: "none member_org", 403: REST},
        post={422: "district", 404: "none member_org", 403: REST},
        args=the_gap,
        foreign_get=FOREIGN,
        foreign_post=FOREIGN,
    ),
    "records:paper-classes": Route(get=PLACE, args=district, foreign_get=FOREIGN),
    "records:complete-since": Route(
        get={200: "district", 404: "none member_org", 403: REST},
        post={422: "district", 404: "none member_org", 403: REST},
        args=district,
        foreign_get=FOREIGN,
        foreign_post=FOREIGN,
    ),
    "records:backstop-take": Route(
        post={302: "district", 404: "none member_org", 403: REST},
        args=district,
        foreign_post=FOREIGN,
    ),
}
