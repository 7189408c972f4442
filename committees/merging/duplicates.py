"""Which records may be the same person: pairs with what speaks for and against, never by the bare
name alone.

One statement finds, judges, sorts and pages them, among the people whose records the viewer keeps.
Records are joined by equal keys only (name and street, name and year of birth, mobile, sound and
unit), so a register of 40,000 people costs a few hash joins. A key that more than LARGEST_GROUP
records share is a switchboard or a placeholder, and no ground.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, CharField, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Affiliation, Person, Place, TwoPeople

LARGEST_GROUP = 20
# A pair is shown from so many points on.
LEAST = 20
NEW_DAYS = 14


@dataclass(frozen=True, slots=True)
class Ground:
    """Something that speaks for or against: a bit, its points, its SQL over records a and b."""

    bit: int
    points: int
    sql: str
    text: Any


GROUNDS = (
    Ground(1, 20, "a.called = b.called", _("same name")),
    Ground(2, 50, "a.mobile <> '' AND a.mobile = b.mobile", _("same mobile")),
    Ground(4, 30, "a.held = b.held", _("same unit")),
    Ground(8, 12, "a.street = b.street AND a.held <> b.held", _("same sub-district")),
    Ground(
        16,
        30,
        "a.birth_year = b.birth_year AND a.birth_month = b.birth_month",
        _("same month of birth"),
    ),
    Ground(
        32,
        15,
        "a.birth_year = b.birth_year AND (a.birth_month IS NULL OR b.birth_month IS NULL)",
        _("same year of birth"),
    ),
    Ground(
        64, 10, "a.called <> b.called AND a.pinyin <> '' AND a.pinyin = b.pinyin", _("same sound")
    ),
)
AGAINST = (
    Ground(
        1,
        -25,
        "a.called <> b.called AND (a.pinyin = '' OR a.pinyin <> b.pinyin)",
        _("different names"),
    ),
    Ground(2, -40, "a.sex <> '' AND b.sex <> '' AND a.sex <> b.sex", _("different sex")),
    Ground(4, -30, "a.birth_year <> b.birth_year", _("different years of birth")),
    Ground(
        8,
        -20,
        "a.birth_year = b.birth_year AND a.birth_month <> b.birth_month",
        _("different months of birth"),
    ),
    Ground(
        16,
        -10,
        "a.mobile <> '' AND b.mobile <> '' AND a.mobile <> b.mobile",
        _("different mobiles"),
    ),
)
LIKELY, VERY_LIKELY = 45, 70

# How records meet. Each is an equality, for a hash join; the name alone is none of them.
MEETINGS = (
    ("called", "street"),
    ("called", "birth_year"),
    ("mobile",),
    ("pinyin", "held"),
)


def _sum(grounds: Iterable[Ground], points: bool) -> str:
    return " + ".join(
        f"CASE WHEN {ground.sql} THEN {ground.points if points else ground.bit} ELSE 0 END"
        for ground in grounds
    )


def _meeting(columns: tuple[str, ...]) -> str:
    """Pairs that agree in `columns`, where not too many do."""
    names = ", ".join(columns)
    known = " AND ".join(
        f"{name} <> ''" if name in ("mobile", "pinyin", "called") else f"{name} IS NOT NULL"
        for name in columns
    )
    same = " AND ".join(f"a.{name} = b.{name}" for name in columns)
    group = " AND ".join(f"a.{name} = few.{name}" for name in columns)
    return f"""
    SELECT a.id AS one, b.id AS two FROM (
        SELECT {names} FROM mine WHERE {known} GROUP BY {names}
        HAVING COUNT(*) BETWEEN 2 AND {LARGEST_GROUP}
    ) few JOIN mine a ON {group} JOIN mine b ON {same} AND a.id < b.id
    """  # noqa: S608 -- constants of this module


def _with_street() -> str:
    place = connection.ops.quote_name(Place._meta.db_table)
    street = f"CASE WHEN p.level = {int(Place.Level.COMMITTEE)} THEN p.parent_id ELSE p.id END"
    columns = f"known.*, {street} AS street"
    return f"SELECT {columns} FROM known LEFT JOIN {place} p ON p.id = known.held"  # noqa: S608 -- own names


def _statement(records: str) -> str:
    """`records` is the SELECT of the people to look at. Everything else is a constant of ours."""
    notes = connection.ops.quote_name(TwoPeople._meta.db_table)
    meetings = " UNION ".join(_meeting(columns) for columns in MEETINGS)
    return f"""
    WITH known AS MATERIALIZED ({records}), mine AS MATERIALIZED ({_with_street()}),
    met AS ({meetings}),
    judged AS (
        SELECT met.one, met.two, {_sum(GROUNDS, points=False)} AS grounds,
            {_sum(AGAINST, points=False)} AS against,
            {_sum((*GROUNDS, *AGAINST), points=True)} AS score, b.added_at AS added_at
        FROM met JOIN mine a ON a.id = met.one JOIN mine b ON b.id = met.two
    )
    SELECT one, two, judged.grounds, against, score, added_at, note.id,
        COUNT(*) OVER () AS total,
        SUM(CASE WHEN added_at >= %s THEN 1 ELSE 0 END) OVER () AS fresh
    FROM judged LEFT JOIN {notes} note ON note.first_id = one AND note.second_id = two
    WHERE score >= {LEAST} AND (
        note.id IS NULL OR judged.grounds - (judged.grounds & note.grounds) > 0
    )
    ORDER BY score DESC, two DESC, one
    """  # noqa: S608 -- constants of this module and a query compiled by Django


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two records that may be one person."""

    one: Person
    two: Person
    grounds: int
    against: int
    score: int
    fresh: bool
    noted: bool  # noted as two people once, and come to share more since

    @property
    def reasons(self) -> list[Any]:
        return [ground.text for ground in GROUNDS if self.grounds & ground.bit]

    @property
    def doubts(self) -> list[Any]:
        return [ground.text for ground in AGAINST if self.against & ground.bit]

    @property
    def likelihood(self) -> str:
        if self.score >= VERY_LIKELY:
            return "very_likely"
        return "likely" if self.score >= LIKELY else "possible"


@dataclass(frozen=True, slots=True)
class Found:
    """One page of pairs; `total` and `fresh` (added lately) count all of them."""

    pairs: list[Candidate]
    total: int
    fresh: int


def find(people: QuerySet[Person], *, limit: int, offset: int = 0) -> Found:
    """Pairs among `people`, the likeliest first."""
    since = timezone.now() - datetime.timedelta(days=NEW_DAYS)
    rows = _rows(people, since, limit, offset)
    keys = {key for row in rows for key in row[:2]}
    held = Person.objects.select_related("unit__parent").in_bulk(keys)
    fresh_keys = {pk for pk, row in held.items() if row.added_at and row.added_at >= since}
    pairs = [
        Candidate(
            one=held[one],
            two=held[two],
            grounds=grounds,
            against=against,
            score=score,
            fresh=two in fresh_keys,
            noted=note is not None,
        )
        for one, two, grounds, against, score, _added, note, _total, _fresh in rows
    ]
    total, fresh = (rows[0][7], rows[0][8]) if rows else (0, 0)
    return Found(pairs, int(total), int(fresh))


def tally(people: QuerySet[Person]) -> tuple[int, int]:
    """How many pairs there are, and how many of them are new. One query."""
    since = timezone.now() - datetime.timedelta(days=NEW_DAYS)
    rows = _rows(people, since, 1, 0)
    return (int(rows[0][7]), int(rows[0][8])) if rows else (0, 0)


def judge(one: Person, two: Person) -> tuple[int, int]:
    """What two records share and what speaks against it: bits of GROUNDS and of AGAINST. Also for
    records that no list shows."""
    first, second = sorted((one.pk, two.pk))
    records, params = _records(Person.objects.filter(pk__in=[first, second]))
    sql = f"""
    WITH known AS ({records}), mine AS ({_with_street()})
    SELECT {_sum(GROUNDS, points=False)}, {_sum(AGAINST, points=False)}
    FROM mine a JOIN mine b ON a.id < b.id
    """  # noqa: S608 -- constants of this module and a query compiled by Django
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        grounds, against = cursor.fetchone()
    return int(grounds), int(against)


def _rows(
    people: QuerySet[Person], since: datetime.datetime, limit: int, offset: int
) -> list[tuple[Any, ...]]:
    records, params = _records(people)
    moment = connection.ops.adapt_datetimefield_value(since)
    with connection.cursor() as cursor:
        sql = f"{_statement(records)} LIMIT %s OFFSET %s"
        cursor.execute(sql, [*params, moment, limit, offset])
        return list(cursor.fetchall())


def _records(people: QuerySet[Person]) -> tuple[str, tuple[Any, ...]]:
    """The columns that are compared, as SQL. `held`: the unit, or where somebody last served."""
    last = Affiliation.objects.filter(person=OuterRef("pk"), place__isnull=False)
    rows = people.order_by().annotate(
        called=Case(
            When(name_zh="", then=Lower("name_en")),
            default=F("name_zh"),
            output_field=CharField(),
        ),
        mobile=F("mobile_index"),
        held=Coalesce(
            "unit",
            Subquery(last.order_by("-to_on", "-pk").values("place")[:1]),
            output_field=BigIntegerField(),
        ),
    )
    columns = ("id", "pinyin", "sex", "birth_year", "birth_month", "added_at")
    sql, params = rows.values(*columns, "called", "mobile", "held").query.sql_with_params()
    return sql, params
