"""Pages of the house."""

from __future__ import annotations

from tests.access.spec import REST, Route

ROUTES = {
    "home": Route(get=200),
    "audit-list": Route(get={200: "system_admin auditor district", 403: REST}),
    "styleguide": Route(get={200: "system_admin base_admin", 403: REST}),
    "api-docs": Route(get=200),
    "api:openapi-json": Route(get=200, post=200),  # says what exists, not what is in it
    "api:api-root": Route(get=404, post=404),
}
