"""Queries compiled once and asked again: always what the ORM's own query answers."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from committees.models import Affiliation, Person, Place, TrainingBase
from core.models import Heartbeat, SummaryCell
from core.prepared import Prepared, compiled, prepared
from core.scope import Grant, Scope
from tests.factories.committees import AffiliationFactory, TrainingBaseFactory, make_district

pytestmark = pytest.mark.django_db


@prepared
def cells(place_id: int, year: int | None) -> QuerySet[SummaryCell]:
    rows = SummaryCell.objects.filter(place_id=place_id).order_by("metric", "pk")
    return rows if year is None else rows.filter(year=year)


@prepared
def below(scope: Scope) -> QuerySet[Place]:
    return Place.objects.visible_to(scope).select_related("parent").order_by("path")


@prepared
def bases(scope: Scope) -> QuerySet[TrainingBase]:
    rows = TrainingBase.objects.visible_to(scope).annotate(served=Count("districts"))
    return rows.prefetch_related("districts").order_by("pk")


@prepared
def people(ids: tuple[int, ...], day: datetime.date, key: uuid.UUID | None) -> QuerySet[Person]:
    serves = Affiliation.objects.filter(person=OuterRef("pk"), from_on__lte=day)
    rows = Person.objects.filter(Exists(serves), unit__in=ids, name_zh__contains="样本")
    rows = rows if key is None else rows.filter(public_id=key)
    return rows.order_by("pk")


def texts(ask: Callable[[], Any]) -> list[str]:
    """The statements that `ask` sends."""
    with CaptureQueriesContext(connection) as sent:
        ask()
    return [query["sql"] for query in sent.captured_queries]


@pytest.fixture
def figures() -> None:
    SummaryCell.objects.bulk_create(
        SummaryCell(metric=f"m{number}", place_id=place, year=year, value=number)
        for number in range(5)
        for place in (1, 2)
        for year in (2025, 2026)
    )


@pytest.mark.usefixtures("figures")
def test_values_are_those_of_each_call() -> None:
    for place, year in ((1, 2026), (2, 2025), (1, None), (3, 2026), (2, None)):
        assert list(cells(place, year)) == list(cells.plain(place, year))


@pytest.mark.usefixtures("figures")
def test_a_query_is_counted_and_paged() -> None:
    assert cells(1, None).count() == 10
    assert cells(3, None).count() == 0
    assert cells(1, None)[4:7] == list(cells.plain(1, None)[4:7])
    assert cells(2, None)[:3] == list(cells.plain(2, None)[:3])
    assert cells(1, 2026).first() == cells.plain(1, 2026).first()
    assert cells(3, 2026).first() is None


def test_the_builder_runs_once_for_each_shape() -> None:
    built: list[Any] = []

    @prepared
    def beats(names: tuple[str, ...], since: datetime.datetime | None) -> QuerySet[Heartbeat]:
        built.append(names)
        rows = Heartbeat.objects.filter(name__in=names)
        return rows.filter(at__gte=since) if since else rows

    now = timezone.now()
    Heartbeat.objects.create(name="a", at=now)
    for names in (("a", "b"), ("b", "a"), ("a",), ()):
        for since in (None, now, now + datetime.timedelta(days=1)):
            assert list(beats(names, since)) == list(beats.plain(names, since))
    prepared_builds = [names for names in built if not isinstance(names, tuple)]
    assert len(prepared_builds) == 6


def test_days_keys_and_subqueries_take_their_values() -> None:
    service = AffiliationFactory(from_on=datetime.date(2024, 3, 1))
    person, unit = service.person, service.place.pk
    day = datetime.date(2024, 3, 1)
    assert list(people((unit, 0), day, person.public_id)) == [person]
    assert not list(people((unit, 0), day - datetime.timedelta(days=1), person.public_id))
    assert not list(people((unit, 0), day, uuid.uuid4()))
    assert not list(people((), day, None))


def test_a_scope_gives_its_grants_and_never_those_of_another() -> None:
    own, other = make_district("本"), make_district("他")
    base = TrainingBaseFactory(host=own.district, districts=[own.district])

    def scope(*grants: Grant) -> Scope:
        return Scope(user_id=1, grants=grants)

    def holds(place: Place, role: str = "organiser") -> Grant:
        return Grant(role=role, place_id=place.pk, paths=(place.path,))

    serves = Grant(role="base_admin", base_id=base.pk, paths=(own.district.path,))
    for asked in (
        scope(holds(own.streets[0])),
        scope(holds(other.streets[0])),
        scope(holds(own.committees[0], "secretary"), holds(other.streets[0])),
        scope(serves),
        scope(Grant(role="auditor")),
        scope(),
    ):
        assert list(below(asked)) == list(below.plain(asked))
        found, plain = list(bases(asked)), list(bases.plain(asked))
        assert found == plain
        assert [row.served for row in found] == [row.served for row in plain]  # type: ignore[attr-defined]


def test_a_scope_is_not_looked_into_while_a_query_is_built() -> None:
    @prepared
    def looks(scope: Scope) -> QuerySet[Place]:
        (path,) = scope.paths()
        return Place.objects.filter(pk=int(path.strip("/")))

    with pytest.raises(AttributeError):
        list(looks(Scope(grants=(Grant(role="district", place_id=1, paths=("/1/",)),))))


def test_a_day_that_would_stay_is_refused() -> None:
    @prepared
    def since(name: str) -> QuerySet[Heartbeat]:
        return Heartbeat.objects.filter(name=name, at__lte=timezone.now())

    with pytest.raises(ValueError, match="fixed"):
        list(since("worker"))


@pytest.mark.usefixtures("figures")
def test_postgresql_keeps_the_statement_in_its_session() -> None:
    @prepared
    def values(place_id: int) -> QuerySet[SummaryCell, tuple[str, int]]:
        rows = SummaryCell.objects.filter(place_id=place_id, metric__endswith="%m4")
        return rows.values_list("metric", "value")

    sent = texts(lambda: [list(values(1)), list(values(2))])
    if connection.vendor == "postgresql":
        assert sent[0].startswith("PREPARE")
        assert sent[1].startswith("EXECUTE")
    else:
        assert all(text.startswith("SELECT") for text in sent)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("figures")
def test_a_new_connection_prepares_anew() -> None:
    asked: Prepared[SummaryCell] = Prepared(cells.plain)
    first = list(asked(1, 2026))
    connection.close()

    assert len(first) == 5
    assert list(asked(1, 2026)) == first


@pytest.mark.usefixtures("figures")
def test_a_compiled_query_leaves_the_plan_to_its_values() -> None:
    asked = compiled(cells.plain)

    sent = texts(lambda: [list(asked(1, 2026)), list(asked(1, 2026))])

    assert list(asked(1, 2026)) == list(cells.plain(1, 2026))
    assert all(text.startswith("SELECT") for text in sent)
