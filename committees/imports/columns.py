"""Which column is which field: guessed, corrected by a person, remembered for the next file."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from committees.models import ImportColumns, ImportRun
from core.errors import DomainError
from core.imports.kinds import ImportKind
from core.sheets.columns import field_of, title_key
from core.sheets.model import Column, RowKind, Sheet, Workbook

SAMPLES = 3
_LONG_NUMBER = re.compile(r"\d{7,}")


class ColumnsRefused(DomainError):
    code = "columns_refused"


@dataclass(frozen=True, slots=True)
class LookedColumn:
    """A column as the page shows it. `name` is what a mapping calls it."""

    name: str
    letter: str
    title: str
    guess: str = ""
    samples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LookedSheet:
    """A sheet as the page shows it; without columns it cannot be read, `reason` says why."""

    name: str
    signature: str
    header: str
    rows: int
    hidden: bool
    reason: str
    columns: list[LookedColumn]


def look(book: Workbook, kind: ImportKind) -> list[LookedSheet]:
    """What the file holds, with a guess for every column."""
    return [_sheet(sheet, kind) for sheet in book.sheets if sheet.rows]


def _sheet(sheet: Sheet, kind: ImportKind) -> LookedSheet:
    names = Counter(
        key
        for column in sheet.columns
        for key in {title_key(column.title), title_key(column.group + column.title)}
    )
    rows = [row for row in sheet.rows if row.kind in (RowKind.DATA, RowKind.OTHER)]
    return LookedSheet(
        name=sheet.name,
        signature=signature(kind, sheet.columns),
        header=", ".join(str(number) for number in sheet.header_rows),
        rows=sum(1 for row in rows if row.kind is RowKind.DATA),
        hidden=sheet.hidden,
        reason=sheet.skipped,
        columns=[
            LookedColumn(
                name=_name(column, names),
                letter=column.letter,
                title=" / ".join(filter(None, (column.group, column.title))),
                guess=guess.key if (guess := field_of(column, kind.fields)) else "",
                samples=_samples([row.cell(column.index).text for row in rows], column.title),
            )
            for column in sheet.columns
        ],
    )


def _name(column: Column, names: Counter[str]) -> str:
    """The title where it names one column only, else the letter."""
    key = title_key(column.title)
    return column.title if key and names[key] == 1 else column.letter


def _samples(texts: Sequence[str], title: str) -> list[str]:
    """A few values; long numbers are masked, they may be a person's."""
    found = dict.fromkeys(text for text in texts if text and text != title)
    return [_LONG_NUMBER.sub(_masked, text)[:24] for text in list(found)[:SAMPLES]]


def _masked(number: re.Match[str]) -> str:
    digits = number[0]
    return f"{digits[:3]}****{digits[-2:]}"


def signature(kind: ImportKind, columns: Sequence[Column]) -> str:
    """A digest of the titles: the next file of the same form has the same."""
    text = "\x1f".join(f"{column.group}/{column.title}" for column in columns)
    return hashlib.sha256(f"{kind.key}\x1e{text}".encode()).hexdigest()


def guessed(sheets: Sequence[LookedSheet]) -> dict[str, dict[str, str]]:
    """The guess as a mapping; of two columns for one field the first. A sheet that lacks a needed
    column is another list, unless the file holds no better one."""
    found: dict[str, dict[str, str]] = {}
    readable = any(not sheet.reason for sheet in sheets)
    for sheet in sheets:
        if not sheet.reason or not readable:
            chosen = found.setdefault(sheet.name, {})
            for column in sheet.columns:
                if column.guess and column.guess not in chosen:
                    chosen[column.guess] = column.name
    return found


def remembered(run: ImportRun, sheets: Sequence[LookedSheet]) -> dict[str, dict[str, str]] | None:
    """What somebody said last about every readable sheet of such a file; None when one is new."""
    readable = {sheet.signature: sheet for sheet in sheets if sheet.columns}
    kept = ImportColumns.objects.filter(
        kind=run.kind, within_id=run.within_id, signature__in=readable
    )
    said = {row.signature: row.columns for row in kept}
    if not readable or any(
        sheet.signature not in said for sheet in readable.values() if not sheet.reason
    ):
        return None
    return {sheet.name: said[key] for key, sheet in readable.items() if key in said}


def remember(run: ImportRun, sheets: Sequence[LookedSheet]) -> None:
    """Keep what was said, for the next file with the same titles."""
    for sheet in sheets:
        if sheet.name in run.columns:
            ImportColumns.objects.update_or_create(
                kind=run.kind,
                within_id=run.within_id,
                signature=sheet.signature,
                defaults={"columns": run.columns[sheet.name], "actor_label": run.actor_label},
            )


def check(kind: ImportKind, columns: Mapping[str, Mapping[str, str]]) -> None:
    """Raises ColumnsRefused when no sheet has the fields without which no row can be read."""
    wanted = [one for one in kind.fields if one.required]
    for sheet, chosen in columns.items():
        missing = [str(one.label) for one in wanted if one.key not in chosen]
        if chosen and missing:
            facts = {"fields": _(", ").join(missing), "sheet": sheet}
            message = (
                _("Sheet “%(sheet)s”: no column says %(fields)s.")
                if sheet
                else _("No column says: %(fields)s.")
            )
            raise ColumnsRefused(message % facts)
    if not any(columns.values()):
        raise ColumnsRefused(_("Choose at least the columns that are needed."))


def as_data(sheets: Sequence[LookedSheet]) -> list[dict[str, Any]]:
    return [asdict(sheet) for sheet in sheets]


def from_data(data: Sequence[dict[str, Any]]) -> list[LookedSheet]:
    return [
        LookedSheet(**{**sheet, "columns": [LookedColumn(**one) for one in sheet["columns"]]})
        for sheet in data
    ]
