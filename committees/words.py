"""The words of a district: 居民区 or 社区, 带教 or 帮带.

All word sets are few and change seldom: each process keeps them for a minute.
"""

from __future__ import annotations

import time
from typing import Any

from committees.models import WordSet
from core.scope import scope_of

KEPT_SECONDS = 60.0

_kept: dict[int, WordSet] | None = None
_kept_until = 0.0


def forget() -> None:
    """Read the word sets anew at the next question."""
    global _kept
    _kept = None


def _all() -> dict[int, WordSet]:
    global _kept, _kept_until
    if _kept is None or time.monotonic() > _kept_until:
        _kept = {found.district_id: found for found in WordSet.objects.all()}
        _kept_until = time.monotonic() + KEPT_SECONDS
    return _kept


def words_for(path: str) -> WordSet:
    """The word set of the district above (or at) `path`; the defaults where none is chosen."""
    sets = _all()
    for part in reversed(path.strip("/").split("/")):
        if part.isdigit() and int(part) in sets:
            return sets[int(part)]
    return WordSet()


def words_of(subject: Any) -> WordSet | None:
    """For core.words: the set for a path, a place, something with a unit, or a request's reader."""
    if isinstance(subject, str):
        return words_for(subject)
    for name in ("path", "unit", "district"):
        value = getattr(subject, name, None)
        if name == "path" and hasattr(subject, "user"):
            break  # a request's path is an address
        if isinstance(value, str) and value.startswith("/"):
            return words_for(value)
        if value is not None and hasattr(value, "path"):
            return words_for(value.path)
    paths = scope_of(getattr(subject, "user", None)).paths()
    return words_for(paths[0]) if paths else None
