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


class GivenSounds(TextLookup):
    """`pinyin__given_sounds="lijuan"`: what follows the surname, written without spaces, begins so.

    PostgreSQL has an index on this very expression (migration 0006).
    """

    lookup_name = "given_sounds"

    def as_sql(
        self, compiler: Any, connection: Any, position: str = "INSTR"
    ) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        given = f"REPLACE(SUBSTR({lhs}, {position}({lhs}, ' ') + 1), ' ', '')"
        return f"{given} LIKE %s", (*params, *params, f"{self.rhs}%")

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return self.as_sql(compiler, connection, position="STRPOS")


class Holds(TextLookup):
    """`name_zh__holds="丽娟"`: the text occurs anywhere in the name.

    A trigram index is blind to two characters, and most Chinese names have three. PostgreSQL finds
    the rows with all these characters by an index on the characters of the name (migration 0006)
    and then looks for the text itself.
    """

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"INSTR({lhs}, %s) > 0", (*params, self.rhs)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        signs = list(dict.fromkeys(str(self.rhs)))
        return (
            f"(string_to_array({lhs}, NULL) @> %s::text[] AND STRPOS({lhs}, %s) > 0)",
            (*params, signs, *params, self.rhs),
        )


class PinyinField(models.CharField):
    """Syllables parted by spaces, for sorting; found by `__sounds` and `__given_sounds`."""


class NameField(models.CharField):
    """A name in characters, found by any part of it: `__holds`."""


PinyinField.register_lookup(Sounds)
PinyinField.register_lookup(GivenSounds)
NameField.register_lookup(Holds)
