"""Hours."""

from __future__ import annotations

from tests.access.spec import Route

ROUTES = {
    "records:my-hours": Route(get=200),
}
