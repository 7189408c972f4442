"""The queries that every visit of the directory makes, prepared (docs/adr/0064).

They answer to those who serve, by place, name and filters. Other views (who served before, guests)
are asked for seldom and built anew. `finding.people` says the same for all of them, and a test
compares.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db.models import CharField, Count, F, Func, Q, QuerySet, Window

from committees.directory.finding import AgeLimits, serving
from committees.models import Affiliation, Person, Place
from committees.models.people import READERS, PersonQuerySet
from core.paging import ROWS
from core.prepared import compiled, prepared
from core.scope import Role, Scope

# Columns of a row; a person and two places have forty more.
SHOWN = (
    *("pk", "public_id", "name_zh", "name_en", "pinyin", "mobile_mask"),
    *("unit__name_zh", "unit__name_en", "unit__parent__name_zh", "unit__parent__name_en"),
)
# Of a service: whose, the post and what is particular about it, since when.
SERVICE = ("person_id", "post", "in_charge", "concurrent", "from_on")
MOST_OFFERED = 300
COUNTED_TO = 1_000


def stretch(
    found: PersonQuerySet, few: bool, back: bool, pinyin: Any, key: Any
) -> QuerySet[Person, tuple[int, ...]]:
    """Keys of one row more than a page, in the order of pinyin, from the anchor (`pinyin`, `key`)
    on or, going back, up to it; without an anchor from the top or the end.

    `few`: the people are found first and sorted then; else the index is walked until the page is
    full. PostgreSQL would walk it for a handful of people, too, and meet everybody on the way: an
    expression in the order leaves it no index to walk. Who is found and sorted is counted on the
    way: without an anchor each row of `few` says (key, how many there are).
    """
    rows: Any = found
    if pinyin is not None:
        # The first condition is what an index can begin at; the second is exact.
        if back:
            rows = rows.filter(pinyin__lte=pinyin).filter(Q(pinyin__lt=pinyin) | Q(pk__lt=key))
        else:
            rows = rows.filter(pinyin__gte=pinyin).filter(Q(pinyin__gt=pinyin) | Q(pk__gt=key))
    if few:
        sound: Any = Func(F("pinyin"), template="(%(expressions)s || '')", output_field=CharField())
        order = (sound.desc(), "-pk") if back else (sound.asc(), "pk")
    else:
        order = ("-pinyin", "-pk") if back else ("pinyin", "pk")
    rows = rows.order_by(*order)
    if few and pinyin is None:
        return rows.values_list("pk", Window(Count("*")))[: ROWS + 1]
    return rows.values_list("pk")[: ROWS + 1]


def _named(
    scope: Scope,
    below: Any,
    characters: Any,
    letters: Any,
    chosen: frozenset[tuple[str, str]],
    ages: AgeLimits,
    first_new: datetime.date,
) -> PersonQuerySet:
    found = serving(scope, below, chosen, ages, first_new)
    if characters is not None:
        found = found.filter(name_zh__holds=characters)
    if letters is not None:
        found = found.sounding(letters)
    return found


@compiled
def listed(
    scope: Scope,
    below: str | None,
    characters: str | None,
    letters: str | None,
    chosen: frozenset[tuple[str, str]],
    ages: AgeLimits,
    first_new: datetime.date,
    few: bool,
    back: bool,
    pinyin: str | None,
    key: int | None,
) -> QuerySet[Person, tuple[int, ...]]:
    """A stretch of the people of `scope`, below a place path, by name and filters."""
    found = _named(scope, below, characters, letters, chosen, ages, first_new)
    return stretch(found, few, back, pinyin, key)


@compiled
def counted(
    scope: Scope,
    below: str | None,
    characters: str | None,
    letters: str | None,
    chosen: frozenset[tuple[str, str]],
    ages: AgeLimits,
    first_new: datetime.date,
) -> QuerySet[Person]:
    """The same people without an order, as many as are counted."""
    found = _named(scope, below, characters, letters, chosen, ages, first_new)
    return found.only("pk")[: COUNTED_TO + 1]


@prepared
def rows_of(people: tuple[int, ...]) -> QuerySet[Person, tuple[Any, ...]]:
    """`SHOWN` of the people whose keys were found, in no order."""
    return Person.objects.filter(pk__in=people).values_list(*SHOWN)


@prepared
def anchor(public_id: uuid.UUID) -> QuerySet[Person, tuple[Any, ...]]:
    return Person.objects.filter(public_id=public_id).values_list("pinyin", "pk")[:1]


@prepared
def services(people: tuple[int, ...]) -> QuerySet[Affiliation, tuple[Any, ...]]:
    """`SERVICE` of the open services of the people of a page."""
    rows = Affiliation.objects.open().filter(person__in=people).order_by("pk")
    return rows.values_list(*SERVICE)


@compiled
def offered(
    scope: Scope, line: tuple[int, ...], at: int | None, beside: int | None
) -> QuerySet[Place]:
    """Places to choose from: the reader's own and the steps below them; with a chosen place (`at`,
    below `line`) those around it, and `beside` it the other children of that place."""
    own = scope.root_ids(*READERS)
    # By keys alone, each by an index; the paths of parents would be compared place by place.
    around = Q(pk__in=line) | Q(pk__in=own, level__gte=Place.Level.DISTRICT) | Q(parent__in=own)
    if scope.everywhere(Role.AUDITOR):
        around |= Q(level=Place.Level.PROVINCE)
    if at is not None:
        around |= Q(pk=at) | Q(parent=at)
    if beside is not None:
        around |= Q(parent=beside)
    rows = Place.objects.standing().filter(around, scope.under("path", *READERS), hidden=False)
    columns = ("name_zh", "name_en", "level", "path")
    return rows.only(*columns).order_by("level", "pinyin", "pk")[:MOST_OFFERED]
