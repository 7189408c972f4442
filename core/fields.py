"""Fields shared by several apps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Lookup

from core.given import Given

if TYPE_CHECKING:
    TextField = models.CharField[str, str]
    TextLookup = Lookup[str]
else:
    TextField, TextLookup = models.CharField, Lookup


class PathField(TextField):
    """Path of a node in the place tree: "/1/12/345/", ids from the root down to the node itself.

    `path__under="/1/12/"` finds the node and everything below it, by index on both databases.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault("db_index", True)
        super().__init__(*args, **kwargs)


@PathField.register_lookup
class Under(TextLookup):
    """Prefix search that uses an index: LIKE on PostgreSQL (the field has a pattern index), a range
    on SQLite, whose LIKE ignores case and therefore every index."""

    lookup_name = "under"

    def _sides(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...], Any]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        if not isinstance(self.rhs, str | Given):
            raise TypeError("path__under takes a path as text")
        return lhs, tuple(lhs_params), self.rhs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params, prefix = self._sides(compiler, connection)
        # "0" follows "/" in every collation's byte order; a path ends with "/".
        after = _changed(prefix, lambda path: path[:-1] + "0")
        return f"({lhs} >= %s AND {lhs} < %s)", (*params, prefix, *params, after)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params, prefix = self._sides(compiler, connection)
        return f"{lhs} LIKE %s", (*params, _changed(prefix, lambda path: path + "%"))


def _changed(path: Any, change: Callable[[str], str]) -> Any:
    return path.turned(change) if isinstance(path, Given) else change(path)
