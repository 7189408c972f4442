"""A cover and tables as an A4 page or pages: the same outline that `write_xlsx` takes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.documents.outline import Column, Cover, Kind, SheetOut
from core.documents.pdf import render_pdf

FIGURES = frozenset({Kind.WHOLE, Kind.NUMBER, Kind.QUARTERS})


def report_pdf(
    sheets: Sequence[SheetOut], cover: Cover, *, made_on: datetime.date | None = None
) -> bytes:
    """`cover` and `sheets` in the active language. Raises MissingGlyphs."""
    day = made_on or cover.on or timezone.localdate()
    return render_pdf("report", report_data(sheets, cover), made_on=day)


def report_data(sheets: Sequence[SheetOut], cover: Cover) -> Mapping[str, Any]:
    """What templates/documents/report.typ reads."""
    return {
        "title": cover.title,
        "lang": "zh" if (get_language() or "zh").startswith("zh") else "en",
        "foot": cover.title,
        "landscape": bool(sheets) and all(sheet.landscape for sheet in sheets),
        "facts": cover.lines(),
        "sections": [_section(sheet) for sheet in sheets],
    }


def _section(sheet: SheetOut) -> dict[str, Any]:
    columns = sheet.full_columns()
    rows = [_shown(row, columns) for row in sheet.rows]
    return {
        "title": sheet.title,
        "note": sheet.note,
        "empty": "" if rows else sheet.empty or _("No entry."),
        "columns": [
            {"title": one.title, "width": one.width, "number": one.kind in FIGURES}
            for one in columns
        ],
        "rows": rows,
        "foot": _shown(sheet.foot, columns) if sheet.foot else [],
    }


def _shown(row: Sequence[Any], columns: Sequence[Column]) -> list[str]:
    return [_text(value, column.kind) for value, column in zip(row, columns, strict=True)]


def _text(value: Any, kind: Kind) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if kind is Kind.QUARTERS:
        return f"{(Decimal(value) / 4).normalize():f}"
    if kind is Kind.DAY:
        return str(value.isoformat())
    if kind is Kind.MOMENT:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return str(value)
