"""Searching by sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Lookup

from core.given import Given

if TYPE_CHECKING:
    TextLookup = Lookup[str]
else:
    TextLookup = Lookup


def _changed(value: Any, change: Callable[[str], Any]) -> Any:
    """`change(value)`, now or, in a prepared query, when the value is known."""
    return value.turned(change) if isinstance(value, Given) else change(value)


def beginning(value: Any) -> Any:
    """The pattern of texts that begin with `value`: letters and digits only, as
    committees.names.search_key leaves them, so no signs of LIKE."""
    return _changed(value, lambda text: f"{text}%")


class Begins(TextLookup):
    """`initials__begins="zlj"`: like `startswith`, for a key without signs of LIKE."""

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} LIKE %s", (*params, beginning(self.rhs))


class Sounds(TextLookup):
    """`pinyin__sounds="liuli"`: the stored pinyin, written without spaces, begins so."""

    lookup_name = "sounds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"REPLACE({lhs}, ' ', '') LIKE %s", (*params, beginning(self.rhs))


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
        return f"{given} LIKE %s", (*params, *params, beginning(self.rhs))

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return self.as_sql(compiler, connection, position="STRPOS")


class Holds(TextLookup):
    """`name_zh__holds="丽娟"`: the text occurs anywhere in the name.

    A trigram index is blind to two characters, and most Chinese names have three. PostgreSQL finds
    the rows with all these characters by an index on the characters of the name (migration 0006)
    and then looks for the text itself. Of a single one, a surname, the index has said all.
    """

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"INSTR({lhs}, %s) > 0", (*params, self.rhs)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        signs = _changed(self.rhs, lambda text: list(dict.fromkeys(text)))
        return (
            f"(string_to_array({lhs}, NULL) @> %s::text[]"
            f" AND (CHAR_LENGTH(%s) = 1 OR STRPOS({lhs}, %s) > 0))",
            (*params, signs, self.rhs, *params, self.rhs),
        )


class PinyinField(models.CharField):
    """Syllables parted by spaces, for sorting; found by `__sounds` and `__given_sounds`."""


class NameField(models.CharField):
    """A name in characters, found by any part of it: `__holds`."""


models.CharField.register_lookup(Begins)
PinyinField.register_lookup(Sounds)
PinyinField.register_lookup(GivenSounds)
NameField.register_lookup(Holds)
