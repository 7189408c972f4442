"""How lists are cut into pages: those of the portal, and those of the API."""

from __future__ import annotations

from ninja import Field, Schema
from ninja.pagination import LimitOffsetPagination

# Rows of a page that say several things each, with chips, dates and units: what a reader still
# surveys, and half the cost of a page of fifty (docs/adr/0062).
ROWS = 25
MOST = 500
FURTHEST = 10_000_000


class Pages(LimitOffsetPagination):
    """`limit` rows from `offset` on. Nobody asks for a whole register in one answer, or for a row
    beyond what a database can count."""

    class Input(Schema):
        limit: int = Field(100, ge=1, le=MOST)
        offset: int = Field(0, ge=0, le=FURTHEST)
