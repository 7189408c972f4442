"""Whoever holds two seats as secretary holds the later ones concurrently."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import Count, F


def flag_further_seats(apps: Any, schema_editor: Any) -> None:
    """Of several open seats of one person the first begun (or, unknown, first entered) is own."""
    affiliation = apps.get_model("committees", "Affiliation")
    seats = affiliation.objects.filter(post="secretary", to_on=None, place__isnull=False)
    several = seats.values("person").annotate(seats=Count("pk")).filter(seats__gt=1)
    ordered = seats.filter(person__in=several.values("person")).order_by(
        "person", F("from_on").asc(nulls_first=True), "pk"
    )
    seen: set[int] = set()
    further = []
    for key, person in ordered.values_list("pk", "person"):
        if person in seen:
            further.append(key)
        seen.add(person)
    affiliation.objects.filter(pk__in=further).update(concurrent=True)


class Migration(migrations.Migration):
    dependencies = [("committees", "0002_posts_in_charge")]

    operations = [migrations.RunPython(flag_further_seats, migrations.RunPython.noop)]
