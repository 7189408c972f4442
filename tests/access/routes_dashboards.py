"""Boards and the lists behind their figures."""

from __future__ import annotations

from typing import Any

from tests.access.spec import REST, Route, Visit

READERS = "base_admin district auditor"


def the_district(visit: Visit) -> dict[str, Any]:
    return {"place_id": visit.side.district.pk}


def the_secretaries(visit: Visit) -> dict[str, Any]:
    return {"place_id": visit.side.district.pk, "metric": "secretaries"}


# Others see their district's name, not its figures; nobody of this side sees the other district,
# but for whom the tree of places itself is open.
OWN = {200: READERS, 404: "none member_org", 403: REST}
FOREIGN = {403: "system_admin", 404: REST}
ROUTES = {
    "dashboards:board": Route(get={200: f"{READERS} organiser", 403: REST}),
    "dashboards:board-place": Route(get=OWN, args=the_district, foreign_get=FOREIGN),
    "dashboards:metric-list": Route(get=OWN, args=the_secretaries, foreign_get=FOREIGN),
}
