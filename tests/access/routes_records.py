"""Hours."""

from __future__ import annotations

from typing import Any

from tests.access.spec import REST, Route, Visit

KEY = "hours.secretary_year"
SETS = {200: "district system_admin", 403: REST}


def rule(visit: Visit) -> dict[str, Any]:
    return {"key": KEY}


def waiting(visit: Visit) -> dict[str, Any]:
    return {"key": KEY, "pk": 0}


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
}
