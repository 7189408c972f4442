"""The database is told when its tables have filled."""

from __future__ import annotations

import pytest
from django.db import connection

from committees.models import Person
from core import planner

pytestmark = pytest.mark.django_db


def rows_expected() -> float:
    """How many people the planner reckons with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [Person._meta.db_table]
        )
        return float(cursor.fetchone()[0])


def test_plans_reckon_with_the_rows_that_came_in(django_assert_num_queries) -> None:
    Person.objects.bulk_create(Person(name_zh=f"甲{number}") for number in range(planner.MANY))
    if connection.vendor != "postgresql":
        with django_assert_num_queries(0):
            planner.renew()
        return
    assert rows_expected() < planner.MANY

    planner.renew()

    assert rows_expected() == planner.MANY
