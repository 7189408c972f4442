"""Searching by sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Lookup

if TYPE_CHECKING:
    TextLookup = Lookup[str]
else:
    TextLookup = Lookup


class Sounds(TextLookup):
    """`pinyin__sounds="liuli"`: the stored pinyin, written without spaces, begins so."""

    lookup_name = "sounds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        # The needle is letters and digits only (committees.names.search_key): no LIKE signs in it.
        return f"REPLACE({lhs}, ' ', '') LIKE %s", (*params, f"{self.rhs}%")


class PinyinField(models.CharField):
    """Syllables parted by spaces, for sorting; found by `__sounds`."""


PinyinField.register_lookup(Sounds)
