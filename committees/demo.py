"""The demonstration's places and people: first those of the five articles, then an invented world.

Real places and persons carry only what their article says. Everything that lives and moves belongs
to committees.demo_world, whose names say that they are invented.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from committees import demo_world
from committees.models import (
    MemberOrganisation,
    Person,
    Place,
    PlaceProfile,
    ReportedIndicator,
    TrainingBase,
    WordSet,
)
from committees.models.people import Post
from committees.services.appointments import appoint
from committees.services.people import create_person
from committees.services.places import create_place, save_profile, save_words
from core.demo import Demo

DATA = Path(__file__).resolve().parent / "demo_data"
# Sources as demo_data names them; {{ …|source_text }} shows them in the reader's language.
SOURCES = (
    gettext_noop("The five articles, and the statistical division codes, edition 2021"),
    gettext_noop("Article on Pingliang Road Sub-district (13 February 2023)"),
    gettext_noop("Article on the tutorial system of Xixia District (17 May 2021)"),
    gettext_noop("Article on the unveiling of the Caoyang base (2021)"),
    gettext_noop("Article on Huayang (undated)"),
    gettext_noop("Article on the Baoshan institute (undated, during the epidemic)"),
)


def step(demo: Demo) -> None:
    """Places, bases, figures, organisations and people of the articles; then the invented world."""
    _places(demo)
    _bases(demo)
    _organisations(demo)
    _people(demo)
    _reported(demo)
    demo_world.step(demo)


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _places(demo: Demo) -> None:
    data = _read("places.json")
    for row in data["places"]:
        demo.made[f"place.{row['key']}"] = _place(demo, row, data["source_en"])
    for row in data["profiles"]:
        place = demo.made[f"place.{row.pop('place')}"]
        if not PlaceProfile.objects.filter(place=place).exists():
            if "area_km2" in row:
                row["area_km2"] = Decimal(row["area_km2"])
            save_profile(actor=None, place=place, **row)
    for row in data["words"]:
        district = demo.made[f"place.{row.pop('district')}"]
        if not WordSet.objects.filter(district=district).exists():
            save_words(actor=None, district=district, **row)


def _place(demo: Demo, row: dict[str, Any], source: str) -> Place:
    """The place of a loaded register where there is one, else a new one."""
    code = row.get("code")
    found = Place.objects.filter(code=code).first() if code else None
    if found is not None:
        return found
    place = create_place(
        actor=None,
        parent=demo.made[f"place.{row['below']}"] if row.get("below") else None,
        kind=row["kind"],
        name_zh=row["zh"],
        name_en=row["en"],
        code=code,
        source=source,
    )
    if row.get("hidden"):
        place.hidden = True
        place.save(update_fields=["hidden"])
    return place


def _bases(demo: Demo) -> None:
    for row in _read("bases.json"):
        base, made = TrainingBase.objects.get_or_create(
            code=row["code"],
            defaults={
                "name_zh": row["zh"],
                "name_en": row["en"],
                "host": demo.made[f"place.{row['host']}"],
                "about_zh": row["about_zh"],
                "about_en": row["about_en"],
                "source": row["source"],
            },
        )
        if made:
            base.districts.set([demo.made[f"place.{key}"] for key in row["districts"]])
        demo.made[f"base.{row['code']}"] = base


def _organisations(demo: Demo) -> None:
    for row in _read("organisations.json"):
        MemberOrganisation.objects.create(
            place=demo.made[f"place.{row['place']}"],
            name_zh=row["zh"],
            name_en=row["en"],
            about_zh=row["about_zh"],
            about_en=row["about_en"],
            source=row["source"],
        )


def _people(demo: Demo) -> None:
    for row in _read("people.json"):
        place: Place = demo.made[f"place.{row['place']}"]
        person: Person = create_person(
            actor=None, name_zh=row["zh"], name_en=row["en"], source=row["source"]
        )
        demo.made[f"person.{row['key']}"] = person
        taken = row["post"] == Post.SECRETARY and place.affiliations.secretaries().exists()
        if not taken:
            appoint(
                actor=None,
                person=person,
                post=row["post"],
                place=place,
                from_on=None,
                note_zh=row["note_zh"],
                note_en=row["note_en"],
            )


def _reported(demo: Demo) -> None:
    for row in _read("reported.json"):
        place, base = row.pop("place"), row.pop("base")
        ReportedIndicator.objects.get_or_create(
            key=row.pop("key"),
            defaults={
                **row,
                "place": demo.made[f"place.{place}"] if place else None,
                "base": demo.made[f"base.{base}"] if base else None,
            },
        )
