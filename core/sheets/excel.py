"""Reading .xlsx and .xls with python-calamine, after the gate."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext as _

from core.sheets import biff, gate, package
from core.sheets.errors import SheetRefused
from core.sheets.model import Problem, RawSheet, Value


def read_excel(data: bytes, kind: str) -> tuple[list[RawSheet], bool]:
    """The sheets, and whether days count from 1904. Raises SheetRefused."""
    if kind == "xlsx":
        with gate.open_package(data) as parts:
            facts = package.inspect(parts)
    else:
        facts = biff.inspect(data)
    return _sheets(data, facts), facts.date1904


def _sheets(data: bytes, facts: package.Inspection) -> list[RawSheet]:
    import python_calamine as calamine  # only who reads sheets loads it

    try:
        with calamine.load_workbook(io.BytesIO(data)) as book:
            return [
                _sheet(
                    book.get_sheet_by_name(meta.name),
                    facts.problems.get(meta.name, {}),
                    meta.visible != calamine.SheetVisibleEnum.Visible,
                )
                for meta in book.sheets_metadata
                if meta.typ == calamine.SheetTypeEnum.WorkSheet
            ]
    except calamine.PasswordError as exc:
        raise SheetRefused(
            _("The file is locked with a password. Remove it and send it again.")
        ) from exc
    except BaseException as exc:  # a panic of the parser is no Exception
        if not isinstance(exc, calamine.CalamineError) and type(exc).__name__ != "PanicException":
            raise
        raise SheetRefused(
            _("The file is damaged, perhaps cut off on its way. Save it again and send it again.")
        ) from exc


def _sheet(sheet: Any, problems: dict[tuple[int, int], Problem], hidden: bool) -> RawSheet:
    """Rows from the first of the sheet on, columns from A on."""
    left = (sheet.start or (0, 0))[1]
    pad: tuple[Value, ...] = ("",) * left
    rows = [pad + tuple(row) for row in sheet.iter_rows()]
    for row, _column in problems:  # a row that holds nothing but such a cell may be cut off
        while len(rows) <= row:
            rows.append(())
    return RawSheet(
        name=sheet.name,
        rows=tuple(rows),
        merged=tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ()),
        problems=problems,
        hidden=hidden,
    )
