"""Who waits for whom. Every write takes locks in this order, so that nobody waits in a ring:
class, people by number, seat pools by number.

On SQLite none of this is needed: BEGIN IMMEDIATE lets one writer in.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from committees.models import Person
from courses.models import Offering


def hold_offering(pk: int) -> Offering:
    """The class as it stands, and it stays in this state until the transaction ends. Any number of
    transactions may hold it at once; only a change of the class waits for them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM courses_offering WHERE id = %s FOR SHARE", [pk])
    return Offering.objects.select_related("base").get(pk=pk)


def lock_offering(pk: int) -> Offering:
    """The class, for this transaction alone."""
    return Offering.objects.select_related("base").select_for_update(of=("self",)).get(pk=pk)


def lock_people(ids: Iterable[int]) -> dict[int, Person]:
    """People whose enrolments and hours this transaction changes, with their unit of today."""
    rows = Person.objects.select_related("unit").filter(pk__in=set(ids)).order_by("pk")
    return {person.pk: person for person in rows.select_for_update(of=("self",), no_key=True)}
