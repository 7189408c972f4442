"""Certificates: the member of each side holds one of its base."""

from __future__ import annotations

from typing import Any

from records import services
from tests.access.spec import REST, Route, Rule, Visit, public
from tests.access.world import World
from tests.factories.records import award_for

# Whose it is, the base, and those who answer for the unit.
READS = "member base_admin district organiser auditor"
# Whose file it is, and those who answer for the unit; a guest of the page is refused.
FILES: Rule = {200: READS, 404: REST}
ASKS: Rule = {422: READS, 404: REST}


def build(world: World) -> None:
    for side in world.sides:
        side.things["certificate"] = services.issue_certificate(
            actor=None, base=side.base, award=award_for(side.people["member"])
        )


def certificate(visit: Visit) -> dict[str, Any]:
    return {"public_id": visit.side.things["certificate"].public_id}


def holder(visit: Visit) -> dict[str, Any]:
    return {"public_id": visit.side.people["member"].public_id}


def only(roles: str, status: int = 200) -> Rule:
    """Those roles; others who read the certificate are refused."""
    seen = " ".join(role for role in READS.split() if role not in roles.split())
    return {status: roles, 403: seen, 404: REST}


ROUTES = {
    "certificates:mine": Route(get=200),
    "certificates:register": Route(get={200: "base_admin district organiser auditor", 403: REST}),
    "certificates:detail": Route(get={200: READS, 404: REST}, args=certificate),
    "certificates:print": Route(post=only("member base_admin", 302), args=certificate),
    "certificates:revoke": Route(
        get=only("district"), post=only("district", 422), args=certificate
    ),
    "certificates:reissue": Route(post=only("base_admin", 302), args=certificate),
    "certificates:scan": Route(
        get=only("base_admin"), post=only("base_admin", 422), args=certificate
    ),
    "certificates:training-file": Route(
        get=FILES,
        post=ASKS,
        args=holder,
    ),
    "certificates:check": public(get=200),
}
