"""The class ledger as a kind of list: hours of those it names, classes where it names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import Place
from core.imports.kinds import ImportContext, ImportKind
from core.imports.rows import Write
from core.imports.table import ListRow, pack, unpack
from core.scope import Role
from core.sheets.columns import Field, field_of
from core.sheets.model import Sheet
from core.sheets.reading import read_workbook
from core.templatetags.house import hours
from records.models import PaperClass
from records.opening import classes, kind
from records.opening.fields import FIELDS, LEDGER_FIELDS, NAME, PEOPLE
from records.opening.ledger import plan, resolve
from records.services.paper import withdraw_class


def apply(rows: Sequence[ListRow], context: ImportContext) -> None:
    """Hours for the rows of people, a class for every other row."""
    kind.apply([row for row in rows if row.values["name"]], context)
    classes.apply([row for row in rows if not row.values["name"]], context)


def review(rows: Sequence[ListRow], context: ImportContext) -> None:
    for row in rows:
        row.settle()
    resolve(list(rows), context)


def revert(write: Write, obj: Any, context: ImportContext) -> None:
    """An entry is reversed, a class withdrawn; neither is removed."""
    if isinstance(obj, PaperClass):
        reason = _("The import of the register was undone")
        withdraw_class(actor=context.actor, paper_class=obj, reason=reason)
    else:
        kind.revert(write, obj, context)


def shown(row: ListRow) -> list[tuple[str, str]]:
    lines = [(str(one.label), row.found[one.key]) for one in LEDGER_FIELDS if _said(row, one.key)]
    if row.values.get("quarters"):
        lines.append((_("taken over as"), hours(row.values["quarters"])))
    if not row.values.get("name"):
        lines.append((_("kept as"), _("a class from paper, nobody's hours")))
    return lines


def _said(row: ListRow, key: str) -> bool:
    return key != "names" and bool(row.found.get(key))


def title(row: ListRow) -> str:
    return row.found.get("name") or row.found.get("title", "")


LEDGER = ImportKind(
    key="classes",
    label=gettext_lazy("Class ledger on paper"),
    about=gettext_lazy(
        "Classes of this and former years, one in each line. Lines with names give these people "
        "their hours; the others stay figures of the unit, from paper."
    ),
    icon="archive",
    fields=LEDGER_FIELDS,
    samples=(
        {
            "title": "基层党组织书记集中轮训", "day": "2025-03-18至2025-03-20", "host": "区委党校",
            "venue": "区委党校报告厅", "lecturers": "样例讲师", "category": "集中培训",
            "hours": "24", "people": "42", "evidence": "2025-018",
        },
        {
            "title": "社区治理专题培训", "day": "2025-06-05", "host": "样例街道党建办",
            "street": "样例街道", "category": "专题培训", "hours": "4", "people": "2",
            "names": "样例甲、样例乙",
        },
    ),
    roles=frozenset({Role.DISTRICT, Role.ORGANISER}),
    levels=frozenset({Place.Level.DISTRICT, Place.Level.SUBDISTRICT, Place.Level.COMMITTEE}),
    plan=plan,
    apply=apply,
    pack=pack,
    unpack=unpack,
    shown=shown,
    title=title,
    review=review,
    revert=revert,
    order=31,
)  # fmt: skip


def kind_of(data: bytes) -> ImportKind:
    """Which of the two a file is: a register names one person in a line and counts nobody.

    Raises SheetRefused for a file that cannot be read.
    """
    book = read_workbook(data, (*FIELDS, PEOPLE), strict=False)
    named = [{one.key for one in _named(sheet)} for sheet in book.sheets]
    register = any(NAME.key in keys and PEOPLE.key not in keys for keys in named)
    return kind.OPENING if register else LEDGER


def _named(sheet: Sheet) -> list[Field]:
    return [field for column in sheet.columns if (field := field_of(column, (PEOPLE, NAME)))]
