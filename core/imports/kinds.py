"""What an app has to say about a kind of list that it lets in."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.imports.rows import ImportRow, Plan
from core.imports.undoing import withdraw
from core.sheets.columns import Field

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from core.imports.rows import Write

# Sheet name -> field key -> title or letter of its column.
Columns = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ImportContext:
    """For whom and for where a list is read, and what is known about it.

    `within`: the committees.Place the list speaks for. `decided`: row key -> answers of persons.
    `on`: the day for which the list holds; a list that is `complete` on it says who left, too, and
    `ends_on` is their last day.
    """

    within: Any
    actor: Any = None
    source: str = ""
    columns: Columns = field(default_factory=dict)
    decided: dict[str, dict[str, str]] = field(default_factory=dict)
    on: datetime.date | None = None
    complete: bool = False
    ends_on: datetime.date | None = None


@dataclass(frozen=True)
class ImportKind:
    """A kind of list.

    `plan` reads a file into rows and writes nothing. `apply` writes rows that the plan accepted, in
    the caller's transaction, after asking again under lock; it sets `change` and `writes` of each
    and raises DomainError when one cannot be written (the engine then tries them singly, and what
    still cannot turns to review). `revert` takes one write back; it is asked only for what still
    equals what the import wrote and is referenced by nothing else.
    """

    key: str
    label: _StrOrPromise
    about: _StrOrPromise
    icon: str
    fields: Sequence[Field]
    # Rows of the template, by field key; what is shown is plainly invented.
    samples: Sequence[Mapping[str, str]]
    roles: frozenset[str]
    levels: frozenset[int]  # levels of place that a list may speak for
    plan: Callable[[bytes, ImportContext], Plan[Any]]
    apply: Callable[[Sequence[Any], ImportContext], None]
    pack: Callable[[Any], dict[str, Any]]
    unpack: Callable[[dict[str, Any]], ImportRow]
    # Label and text of what was read in a row, for people who decide about it.
    shown: Callable[[Any], list[tuple[str, str]]]
    title: Callable[[Any], str]  # a few words that name the row
    # Takes answers into rows and asks the portal again.
    review: Callable[[Sequence[Any], ImportContext], None]
    revert: Callable[[Write, Any, ImportContext], None] = withdraw
    # Fields that the portal keeps up itself: a change there is nobody's edit.
    kept_up: frozenset[str] = frozenset()
    can_be_complete: bool = False
    order: int = 100
