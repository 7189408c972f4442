"""Member organisations as a kind of list."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.matching import Places
from committees.models import MemberOrganisation, Place
from committees.roster.fields import STREET
from committees.services.organisations import add_organisation, change_organisation
from core.imports.kinds import ImportContext, ImportKind
from core.imports.rows import Change, Outcome, Plan, Question
from core.imports.table import Cells, ListRow, mark_duplicates, pack, read_list, unpack
from core.imports.undoing import changed, created
from core.scope import Role
from core.sheets.columns import Field, words

Kind = MemberOrganisation.Kind
NAME = Field(
    "name",
    gettext_lazy("name of the organisation"),
    words("单位名称 成员单位 成员单位名称 组织名称 企业名称 共建单位 名称 单位"),
    required=True,
    heading="单位名称",
)
KIND = Field(
    "kind",
    gettext_lazy("kind"),
    words("类别 单位类别 单位类型 类型 性质 单位性质"),
    heading="单位类型",
)
JOINED = Field(
    "joined",
    gettext_lazy("joined on"),
    words("加入时间 加入日期 入会时间 签约时间 签约日期"),
    heading="加入时间",
)
LEFT = Field("left", gettext_lazy("left on"), words("退出时间 退出日期"), heading="退出时间")
ABOUT = Field(
    "about",
    gettext_lazy("part taken"),
    words("共建内容 参与内容 简介 备注 说明 认领事项 服务内容"),
    heading="共建内容",
)
FIELDS = (STREET, NAME, KIND, JOINED, LEFT, ABOUT)
KIND_WORDS: Mapping[str, str] = {
    "驻区单位": Kind.ENTERPRISE_PUBLIC,
    "企事业单位": Kind.ENTERPRISE_PUBLIC,
    "事业单位": Kind.ENTERPRISE_PUBLIC,
    "企业": Kind.ENTERPRISE_PUBLIC,
    "居民区党总支": Kind.QUARTER_BRANCH,
    "居民区": Kind.QUARTER_BRANCH,
    "两新组织": Kind.TWO_NEW,
    "两新": Kind.TWO_NEW,
    "社会组织": Kind.TWO_NEW,
}
COLUMNS = {"kind": "kind", "joined": "joined_on", "left": "left_on", "about": "about_zh"}
PORTAL, LIST = "portal", "list"


def plan(data: bytes, context: ImportContext) -> Plan[ListRow]:
    """What the list would do to the member organisations below its place."""
    places = Places(context.within)

    def read(row: ListRow, cells: Cells) -> None:
        row.values["place"] = _street(row, cells, places)
        row.values["name"] = cells.text("name", required=True, most=120)
        row.values["kind"] = cells.choice("kind", KIND_WORDS)
        for key in ("joined", "left"):
            day = cells.day(key)
            row.values[key] = day.isoformat() if day else None
        row.values["about"] = cells.text("about", most=200)
        joined, left = row.values["joined"], row.values["left"]
        if joined and left and left < joined:
            row.add("bad_date", Outcome.ERROR, _("It left before it joined."))

    made = read_list(data, FIELDS, context, read)
    mark_duplicates(made.rows, lambda row: (row.values["place"], row.values["name"]))
    resolve(made.rows)
    return made


def _street(row: ListRow, cells: Cells, places: Places) -> int | None:
    text, only = cells.text("street"), places.only_street()
    if not text:
        if only is None:
            row.add("D09_street_missing", Outcome.ERROR, _("The sub-district is missing."))
        return only.pk if only else None
    match = places.street(text, "")
    if match.place is None:
        message = _("There is no sub-district “%(text)s” in %(within)s.")
        facts = {"text": text, "within": places.within}
        row.add("D09_street_unknown", Outcome.ERROR, message % facts)
        return None
    if match.place.name != text:
        message = _("Sub-district “%(text)s” read as %(place)s.")
        facts = {"text": text, "place": match.place.name}
        row.add("D06_street_alias", Outcome.NORMALISE, message % facts)
    return match.place.pk


def resolve(rows: Sequence[ListRow]) -> None:
    """What of a row the portal knows already; what it knows otherwise is asked."""
    open_rows = [row for row in rows if row.outcome not in (Outcome.SKIP, Outcome.ERROR)]
    names = {row.values["name"] for row in open_rows}
    known = {
        (one.place_id, one.name_zh): one
        for one in MemberOrganisation.objects.filter(name_zh__in=names).order_by("-pk")
    }
    for row in open_rows:
        row.findings = [one for one in row.findings if not one.code.startswith("K0")]
        row.change = row.pk = None
        if row.outcome is Outcome.DUPLICATE:
            continue
        organisation = known.get((row.values["place"], row.values["name"]))
        if organisation is None:
            row.change = Change.CREATED
            continue
        row.pk = organisation.pk
        due = _differences(row, organisation)
        if row.applies():
            row.change = Change.UPDATED if due else Change.UNCHANGED


def _differences(row: ListRow, organisation: MemberOrganisation) -> dict[str, Any]:
    """What applying writes: blanks are filled, anything else only where a person said so."""
    due: dict[str, Any] = {}
    for key, column in COLUMNS.items():
        said, here = _value(key, row.values[key]), getattr(organisation, column)
        if said in ("", None) or said == here:
            continue
        if here in ("", None):
            due[column] = said
            continue
        facts = {
            "what": str(organisation._meta.get_field(column).verbose_name),  # type: ignore[union-attr]
            "here": here,
            "there": said,
        }
        question = Question(
            f"K04_{key}",
            _("Which one holds?"),
            (
                (PORTAL, _("What the portal knows: %(here)s") % facts),
                (LIST, _("What the list says: %(there)s") % facts),
            ),
            facts=f"{here}/{said}"[:100],
        )
        message = _("%(what)s: the portal knows %(here)s, the list says %(there)s.")
        if row.ask(f"K04_{key}", message % facts, question) == LIST:
            due[column] = said
    return due


def _value(key: str, value: Any) -> Any:
    return datetime.date.fromisoformat(value) if value and key in ("joined", "left") else value


def apply(rows: Sequence[ListRow], context: ImportContext) -> None:
    places = Place.objects.select_for_update(no_key=True).in_bulk(
        sorted({row.values["place"] for row in rows})
    )
    resolve(rows)
    for row in rows:
        facts = {COLUMNS[key]: _value(key, row.values[key]) for key in COLUMNS}
        if row.change is Change.CREATED:
            new = add_organisation(
                actor=context.actor,
                place=places[row.values["place"]],
                name_zh=row.values["name"],
                source=context.source[:200],
                **facts,
            )
            row.pk = new.pk
            row.writes.append(created(new))
        elif row.change is Change.UPDATED:
            held = MemberOrganisation.objects.get(pk=row.pk or 0)
            due = _differences(row, held)
            before = {key: getattr(held, key) for key in due}
            held = change_organisation(actor=context.actor, organisation=held, **due)
            row.writes.append(changed(held, before))


def review(rows: Sequence[ListRow], context: ImportContext) -> None:
    for row in rows:
        row.settle()
    resolve(rows)


def shown(row: ListRow) -> list[tuple[str, str]]:
    return [
        (str(one.label), row.found[one.key])
        for one in FIELDS
        if one.key != "name" and row.found.get(one.key)
    ]


def title(row: ListRow) -> str:
    return row.found.get("name", "")


ORGANISATIONS = ImportKind(
    key="organisations",
    label=gettext_lazy("Member organisations"),
    about=gettext_lazy("Units of the joint Party committee: name, kind, joined, left."),
    icon="building",
    fields=FIELDS,
    samples=(
        {
            "street": "样例街道", "name": "样例科技有限公司", "kind": "两新组织",
            "joined": "2024-03-01", "about": "认领楼道照明",
        },
        {"street": "样例街道", "name": "样例小学", "kind": "事业单位", "joined": "2023-09-01"},
    ),
    roles=frozenset({Role.DISTRICT, Role.ORGANISER}),
    levels=frozenset({Place.Level.DISTRICT, Place.Level.SUBDISTRICT}),
    plan=plan,
    apply=apply,
    pack=pack,
    unpack=unpack,
    shown=shown,
    title=title,
    review=review,
    order=20,
)  # fmt: skip
