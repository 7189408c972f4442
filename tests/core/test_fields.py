"""Prefix search over place paths, the same on both databases."""

from __future__ import annotations

import pytest
from django.db import connection

from committees.models import Place

pytestmark = pytest.mark.django_db


def place(path: str) -> Place:
    return Place.objects.create(
        level=Place.Level.COMMITTEE, kind=Place.Kind.RESIDENTIAL, name_zh="丁香", path=path
    )


def under(path: str) -> list[str]:
    found = Place.objects.filter(path__under=path).order_by("path")
    return list(found.values_list("path", flat=True))


def test_under_finds_the_node_and_everything_below() -> None:
    for path in ("/1/", "/1/2/", "/1/2/3/", "/1/20/", "/10/"):
        place(path)

    assert under("/1/2/") == ["/1/2/", "/1/2/3/"]
    assert under("/1/") == ["/1/", "/1/2/", "/1/2/3/", "/1/20/"]


def test_under_uses_the_index() -> None:
    query = Place.objects.filter(path__under="/1/2/").values("pk")
    if connection.vendor == "sqlite":
        assert "USING" in query.explain()
        assert "SCAN" not in query.explain()
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert "Index" in query.explain()
