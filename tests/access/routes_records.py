"""Hours."""

from __future__ import annotations

import datetime
from typing import Any

from records.models import HourClaim
from records.services import account_for
from tests.access.spec import REST, Route, Visit
from tests.factories.records import HourEntryFactory

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


ROUTES = {
    "records:my-hours": Route(get=200),
    "records:policy-list": Route(get=200),
    "records:policy-checklist": Route(get=200),
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
}
