"""How lists of the API are cut into pages."""

from __future__ import annotations

from ninja import Field, Schema
from ninja.pagination import LimitOffsetPagination

MOST = 500
FURTHEST = 10_000_000


class Pages(LimitOffsetPagination):  # type: ignore[misc]
    """`limit` rows from `offset` on. Nobody asks for a whole register in one answer, or for a row
    beyond what a database can count."""

    class Input(Schema):
        limit: int = Field(100, ge=1, le=MOST)
        offset: int = Field(0, ge=0, le=FURTHEST)
