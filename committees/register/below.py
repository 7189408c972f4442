"""A condition for "below one of these places", by index on both databases (core.fields.Under)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from committees.models import Place
from committees.register.staging import is_postgresql

AT_ONCE = 40


def below(tops: Sequence[Place]) -> Iterator[tuple[str, list[str]]]:
    """SQL over `p.path` and its values, for forty of `tops` at a time."""
    for start in range(0, len(tops), AT_ONCE):
        some = tops[start : start + AT_ONCE]
        if is_postgresql():
            yield " OR ".join(["p.path LIKE %s"] * len(some)), [f"{top.path}%" for top in some]
        else:
            yield (
                " OR ".join(["(p.path >= %s AND p.path < %s)"] * len(some)),
                [side for top in some for side in (top.path, f"{top.path[:-1]}0")],
            )
