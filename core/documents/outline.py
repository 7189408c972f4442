"""What a document says, before it is a sheet or a page: a cover and tables.

Plain data without any library, so that a page may prepare what a worker prints.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

# The place of a seal: words, and room. No seal is drawn anywhere.
SEAL_PLACE = "（盖章）"


class Kind(StrEnum):
    """How the values of a column are written and shown."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    QUARTERS = "quarters"  # integer quarters of a class hour, shown as hours
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its width in characters, and what stands in it. `marked`: in red, for
    what has to be looked at."""

    title: str
    width: float = 14
    kind: Kind = Kind.TEXT
    marked: bool = False


@dataclass(frozen=True, slots=True)
class SheetOut:
    """One table. A plain text among `columns` is a text column of the usual width.

    `foot` is a last row in bold; `landscape` turns the paper; `note` stands under the title on a
    page, and `empty` where there is no row.
    """

    title: str
    columns: Sequence[Column | str]
    rows: Iterable[Sequence[Any]]
    foot: Sequence[Any] = ()
    landscape: bool = True
    note: str = ""
    empty: str = ""

    def full_columns(self) -> list[Column]:
        return [Column(one) if isinstance(one, str) else one for one in self.columns]


@dataclass(frozen=True, slots=True)
class Cover:
    """What an office fills in and seals. An empty field leaves its place blank.

    `facts`: further lines (label, value), before those of the office.
    """

    title: str
    unit: str = ""
    head: str = ""
    preparer: str = ""
    on: datetime.date | None = None
    phone: str = ""
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)

    def lines(self) -> list[tuple[str, str]]:
        """Label and value of every line, in the reader's language."""
        return [
            *self.facts,
            (_("Reporting unit"), f"{self.unit}    {SEAL_PLACE}"),
            (_("Head of the unit"), self.head),
            (_("Prepared by"), self.preparer),
            (_("Date of the report"), self.on.isoformat() if self.on else ""),
            (_("Telephone"), self.phone),
        ]
