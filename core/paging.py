"""How lists are cut into pages: those of the portal, and those of the API."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Schema
from ninja.pagination import LimitOffsetPagination

from core.prepared import Asked

# Rows of a page that say several things each, with chips, dates and units: what a reader still
# surveys, and half the cost of a page of fifty (docs/adr/0062).
ROWS = 25
MOST = 500
FURTHEST = 10_000_000


def page_of(request: HttpRequest, rows: Asked[Any] | QuerySet[Any, Any]) -> Page[Any]:
    """The page of `rows` that the address asks for; the nearest one when there is none such."""
    listed: Any = rows  # counted and sliced, which is all that a paginator does
    return Paginator(listed, ROWS).get_page(request.GET.get("page"))


class Pages(LimitOffsetPagination):
    """`limit` rows from `offset` on. Nobody asks for a whole register in one answer, or for a row
    beyond what a database can count."""

    class Input(Schema):
        limit: int = Field(100, ge=1, le=MOST)
        offset: int = Field(0, ge=0, le=FURTHEST)
