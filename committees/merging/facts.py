"""What is known of a person, field by field, for two records side by side.

New columns of `Person` are compared without being named here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from committees.models import Person
from core.templatetags.rows import label

# Columns that are chosen together, by the first of them.
TOGETHER = {
    "name_zh": ("name_zh", "pinyin", "initials"),
    "birth_year": ("birth_year", "birth_month"),
    "mobile_index": ("mobile_index", "mobile_cipher", "mobile_mask"),
}
# Not facts about a person: keys, and what services maintain.
APART = frozenset({"id", "public_id", "unit", "added_at", "merged_into"})
# An empty record keeps these: somebody must be able to say whose it was.
NAMES = frozenset({"name_zh", "pinyin", "initials", "name_en"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the comparison: a value that is known, or known in full, is proposed."""

    key: str
    label: str
    values: tuple[str, str]
    differs: bool
    proposed: int  # 0 or 1: what says more, then the record added later


def columns_of(key: str) -> tuple[str, ...]:
    return TOGETHER.get(key, (key,))


def keys() -> list[str]:
    """The first columns of all facts, in the order of the model."""
    later = {name for names in TOGETHER.values() for name in names[1:]}
    return [
        field.name
        for field in Person._meta.concrete_fields
        if field.name not in APART and field.name not in later
    ]


def compare(one: Person, two: Person) -> list[Fact]:
    return [_fact(key, one, two) for key in keys()]


def _fact(key: str, one: Person, two: Person) -> Fact:
    # The cipher of one number differs each time; its index does not.
    deciding = columns_of(key)[:1] if key == "mobile_index" else columns_of(key)
    held = [tuple(getattr(row, name) for name in deciding) for row in (one, two)]
    if key == "name_zh":  # the pinyin may have been corrected by hand in one of them
        held = [(row.name_zh,) for row in (one, two)]
    known = [sum(value not in (None, "") for value in values) for values in held]
    newer = int(two.pk > one.pk)
    proposed = newer if known[0] == known[1] else int(known[1] > known[0])
    return Fact(
        key, _label(key), (_shown(key, one), _shown(key, two)), held[0] != held[1], proposed
    )


def _label(key: str) -> str:
    if key == "birth_year":
        return _("Born")
    if key == "mobile_index":
        return _("Mobile")
    return capfirst(str(getattr(Person._meta.get_field(key), "verbose_name", key)))


def _shown(key: str, row: Person) -> str:
    if key == "birth_year":
        return born(row)
    if key == "mobile_index":
        return row.mobile_mask
    value: Any = getattr(row, key)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == "":
        return ""
    field = Person._meta.get_field(key)
    if isinstance(field, models.DateField):
        return date_format(value)
    return label(row, key) if getattr(field, "choices", None) else str(value)


def born(row: Person) -> str:
    """1978-03, or the year alone."""
    if row.birth_year is None:
        return ""
    return f"{row.birth_year}-{row.birth_month:02}" if row.birth_month else str(row.birth_year)


def proposed_from(kept: Person, gone: Person) -> frozenset[str]:
    """Facts that are proposed to be taken from the record that goes."""
    return frozenset(
        fact.key for fact in compare(kept, gone) if fact.differs and fact.proposed == 1
    )


def taken(kept: Person, gone: Person, take: Collection[str]) -> dict[str, Any]:
    """Columns of `kept` once the facts in `take` come from `gone`. A name is never emptied."""
    values: dict[str, Any] = {}
    for key in take:
        new = {name: getattr(gone, name) for name in columns_of(key)}
        if key in NAMES and not new[key]:
            continue
        values |= new
    return values


def emptied(gone: Person) -> dict[str, Any]:
    """Columns of the record that goes, with everything personal but its name taken out."""
    values: dict[str, Any] = {"unit_id": None}
    for key in keys():
        for name in columns_of(key):
            if name not in NAMES:
                values[name] = None if Person._meta.get_field(name).null else ""
    return values
