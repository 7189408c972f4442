"""A register edition as rows of places, loaded in a second: for tests that need the tree only."""

from __future__ import annotations

import csv
from pathlib import Path

from committees.models import Place

LEVELS = {
    "province": (1, Place.Kind.PROVINCE),
    "city": (2, Place.Kind.CITY),
    "district": (3, Place.Kind.DISTRICT),
    "street": (4, Place.Kind.STREET),
    "community": (5, Place.Kind.RESIDENTIAL),
}


def load_register(file: Path) -> int:
    """Add every place of a register to an empty table; returns how many."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    keys = {row["code"]: number for number, row in enumerate(rows, 1)}
    paths: dict[str, str] = {}
    places = []
    for row in rows:
        level, kind = LEVELS[row["level"]]
        if level == 5 and "200" <= row["code"][9:12] < "400":
            kind = Place.Kind.VILLAGE
        pk, parent = keys[row["code"]], row["parent_code"]
        paths[row["code"]] = f"{paths.get(parent, '/')}{pk}/"
        places.append(
            Place(
                pk=pk,
                code=row["code"],
                name_zh=row["name"],
                level=level,
                kind=kind,
                parent_id=keys.get(parent),
                path=paths[row["code"]],
            )
        )
    Place.objects.bulk_create(places, batch_size=500)
    return len(places)
