"""A merge in words: what was folded, what was left, what an undo could not take back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from committees.models import MergeEntry, PersonMerge

Kind = MergeEntry.Kind


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except LookupError:  # the table is gone since
        return None


def kind_of(label: str, *, several: bool = True) -> str:
    model = _model(label)
    if model is None:
        return label
    meta = model._meta
    return capfirst(str(meta.verbose_name_plural if several else meta.verbose_name))


def moved_in_words(merge: PersonMerge) -> list[tuple[str, int]]:
    """(what, how many) changed hands, by the models' own names."""
    return sorted((kind_of(label), count) for label, count in merge.moved.items())


def on_record(entries: Iterable[MergeEntry]) -> list[str]:
    """Rows that were folded or that stayed with the former record, counted by kind."""
    counted = Counter((entry.kind, entry.model) for entry in entries)
    sentences = {
        Kind.REMOVED: _("%(what)s: %(count)d stood twice and stands once"),
        Kind.BEHIND: _("%(what)s: %(count)d stayed with the former record"),
    }
    return [
        sentences[Kind(kind)] % {"what": kind_of(model), "count": count}
        for (kind, model), count in sorted(counted.items())
        if kind in sentences
    ]


def left_in_words(entries: Iterable[MergeEntry]) -> list[tuple[str, str]]:
    """(what, which value) an undo left as somebody has made it since."""
    told: dict[tuple[str, str], None] = {}
    for entry in entries:
        told[kind_of(entry.model, several=False), _value_of(entry)] = None
    return list(told)


def _value_of(entry: MergeEntry) -> str:
    model = _model(entry.model)
    fields: list[Any] = list(model._meta.concrete_fields) if model else []
    for field in fields:
        if entry.field in (field.name, field.attname):
            return str(field.verbose_name)
    return str(Kind(entry.kind).label)
