"""Figures of the dashboards: deltas, folding, rebuilding."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from core import registries, summaries
from core.models import Heartbeat, SummaryCell, SummaryDelta
from core.registries import Metric
from core.tasks import fold_summaries

pytestmark = pytest.mark.django_db
METRIC = "tests.met"


@pytest.fixture(autouse=True)
def metric(monkeypatch: pytest.MonkeyPatch) -> None:
    """One metric of the tests alone, with a recount that finds three in place 1."""

    def recount() -> Iterator[tuple[int, int, int]]:
        yield 1, 2026, 3
        yield 2, 2026, 0

    monkeypatch.setattr(registries.metrics, "_entries", {})
    monkeypatch.setattr(registries.recounts, "_entries", {})
    registries.metrics.add(METRIC, Metric(METRIC, "Met", "People met"))
    registries.recounts.add(METRIC, recount)


def cells() -> dict[tuple[int, int], int]:
    rows = SummaryCell.objects.filter(metric=METRIC)
    return {
        (place, year): value for place, year, value in rows.values_list("place_id", "year", "value")
    }


def test_changes_are_folded_into_their_cells_once() -> None:
    for place, amount in ((1, 2), (1, -1), (2, 5)):
        summaries.add(METRIC, place_id=place, year=2026, amount=amount)
    summaries.add(METRIC, place_id=1, year=2025)

    assert summaries.fold() == 4
    assert fold_summaries() == 0

    assert cells() == {(1, 2026): 1, (2, 2026): 5, (1, 2025): 1}
    assert not SummaryDelta.objects.exists()
    assert Heartbeat.objects.filter(name=summaries.FOLDED).exists()


def test_folding_takes_a_part_and_goes_on() -> None:
    for _ in range(5):
        summaries.add(METRIC, place_id=1, year=2026)

    assert [summaries.fold(limit=2), summaries.fold(limit=2), summaries.fold(limit=2)] == [2, 2, 1]
    assert cells() == {(1, 2026): 5}


def test_folding_takes_the_same_queries_for_one_cell_and_many(
    django_assert_max_num_queries: Any,
) -> None:
    for place in range(200):
        summaries.add(METRIC, place_id=place, year=2026)

    with django_assert_max_num_queries(14):
        assert summaries.fold() == 200


def test_a_change_is_undone_with_its_cause() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        summaries.add(METRIC, place_id=1, year=2026)
        _ = 1 / 0

    assert not SummaryDelta.objects.exists()


def test_an_unknown_metric_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        summaries.add("no such", place_id=1)


def test_rebuilding_counts_from_the_rows_of_truth() -> None:
    SummaryCell.objects.create(metric=METRIC, place_id=1, year=2026, value=99)
    summaries.add(METRIC, place_id=9, year=2026)
    out = StringIO()

    call_command("rebuild_summaries", stdout=out)

    assert out.getvalue() == "1 figures written\n"
    assert cells() == {(1, 2026): 3}
    assert not SummaryDelta.objects.exists()
