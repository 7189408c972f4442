"""The roster as a kind of list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import Affiliation, Place
from committees.roster.answers import settle
from committees.roster.apply import PERSON_KEPT_UP, apply_rows
from committees.roster.fields import ROSTER_FIELDS
from committees.roster.leaving import sort_out
from committees.roster.outcomes import Plan, PlannedRow, pack, unpack
from committees.roster.plan import plan_roster
from committees.roster.resolve import resolve
from committees.services.undoing import reopen_service, withdraw_service
from core.crypto import mask_mobile
from core.imports.kinds import ImportContext, ImportKind
from core.imports.rows import Write
from core.imports.undoing import withdraw
from core.scope import Role

SAMPLES = (
    {
        "name": "样例甲", "sex": "女", "birth": "1980-05", "education": "本科", "party": "中共党员",
        "phone": "13800000001", "street": "样例街道", "committee": "样例第一居委会",
        "position": "党总支书记", "appointed": "2021-06-01",
    },
    {
        "name": "样例乙", "sex": "男", "birth": "1976-11", "education": "大专", "party": "中共党员",
        "phone": "13800000002", "street": "样例街道", "committee": "样例第二居委会",
        "position": "书记兼主任", "appointed": "2018-08-20",
    },
)  # fmt: skip


def plan(data: bytes, context: ImportContext) -> Plan[PlannedRow]:
    made = plan_roster(data, within=context.within, context=context)
    if context.complete and not made.foreign:
        sort_out(made, context)
    return made


def review(rows: Sequence[PlannedRow], context: ImportContext) -> None:
    for row in rows:
        del row.findings[row.settled :]
    settle(rows)
    resolve([row for row in rows if row.number], context)


def shown(row: PlannedRow) -> list[tuple[str, str]]:
    """What was read, for those who decide; the number is masked."""
    pairs = [
        (_("sex"), row.sex),
        (_("born in"), row.birth.month_text() if row.birth else ""),
        (_("mobile"), mask_mobile(row.mobile) if row.mobile else ""),
        (_("sub-district"), row.street),
        (_("committee"), row.committee),
        (_("post"), row.position),
        (_("in post since"), str(row.appointed or "")),
    ]
    return [(label, text) for label, text in pairs if text]


def title(row: PlannedRow) -> str:
    return row.name


def revert(write: Write, obj: Any, context: ImportContext) -> None:
    if not isinstance(obj, Affiliation):
        withdraw(write, obj, context)
    elif write.created:
        withdraw_service(actor=context.actor, service=obj)
    else:
        reopen_service(actor=context.actor, service=obj)


ROSTER = ImportKind(
    key="roster",
    label=gettext_lazy("Roster of secretaries and committee teams"),
    about=gettext_lazy("Who serves where: name, committee, post, since when, mobile."),
    icon="person-lines-fill",
    fields=ROSTER_FIELDS,
    samples=SAMPLES,
    roles=frozenset({Role.DISTRICT, Role.ORGANISER}),
    levels=frozenset({Place.Level.DISTRICT, Place.Level.SUBDISTRICT}),
    plan=plan,
    apply=apply_rows,
    pack=pack,
    unpack=unpack,
    shown=shown,
    title=title,
    review=review,
    revert=revert,
    kept_up=PERSON_KEPT_UP,
    can_be_complete=True,
    order=10,
)
