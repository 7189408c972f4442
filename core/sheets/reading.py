"""The one way into the portal for office sheets."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.sheets import gate
from core.sheets.columns import Field
from core.sheets.delimited import read_delimited
from core.sheets.errors import SheetRefused
from core.sheets.excel import read_excel
from core.sheets.layout import lay_out
from core.sheets.markup import read_markup
from core.sheets.model import RawSheet, Workbook


def read_workbook(data: bytes, fields: Sequence[Field], *, strict: bool = True) -> Workbook:
    """Read an office sheet whose columns are `fields`.

    What the file is, its content says: an HTML page named .xls is read as what it is. Raises
    SheetRefused for a hostile or damaged file, and when no sheet has a header; not `strict`, a
    header that lacks a required column will do.
    """
    kind = gate.kind_of(data)
    sheets, date1904 = _raw(data, kind)
    laid_out = tuple(lay_out(sheet, fields) for sheet in sheets)
    if not any(sheet.rows for sheet in laid_out):
        raise SheetRefused(_("The file holds no rows."))
    if all(sheet.skipped and (strict or not sheet.columns) for sheet in laid_out):
        wanted = [str(field.label) for field in fields if field.required]
        raise SheetRefused(
            _(
                "No sheet has a header row with the columns %(fields)s. Put the titles of the "
                "columns above the list."
            )
            % {"fields": _(", ").join(wanted)},
            code="no_header",
        )
    return Workbook(kind=kind, sheets=laid_out, date1904=date1904)


def _raw(data: bytes, kind: str) -> tuple[list[RawSheet], bool]:
    if kind in ("xlsx", "xls"):
        return read_excel(data, kind)
    if kind == "html":
        return read_markup(data), False
    return [read_delimited(data)], False
