"""The demonstration's tutoring: what the article says and no more, and an invented round."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from accounts import demonstration
from committees import demo as places
from core import audit
from core.demo import Demo
from tests.kept import kept
from tutors import demo as tutoring
from tutors.figures import check_pairings
from tutors.models import Batch, Pairing
from tutors.reports import batch_report, reported_figures

TODAY = datetime.date(2026, 5, 20)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Loaded once for the module; nothing here writes to what it made."""
    demo = Demo(TODAY)
    with kept(django_db_blocker):
        with audit.off_the_record():
            for step in (places.step, demonstration.step, tutoring.load):
                step(demo)
        yield demo.made


@pytest.fixture
def made(loaded: dict[str, Any], db: None) -> dict[str, Any]:
    return loaded


def test_xixia_carries_the_three_reported_figures_one_pair_and_one_more_pupil(
    made: dict[str, Any],
) -> None:
    batch: Batch = made["batch.xixia"]
    pairing = batch.pairings.get()
    mention = batch.mentions.get()

    assert (batch.historical, batch.launched_on) == (True, datetime.date(2021, 5, 12))
    assert (batch.reported_tutors, batch.reported_pupils, batch.reported_pairs) == (39, 42, 42)
    assert (str(pairing.tutor), str(pairing.pupil)) == ("刘丽娟", "Zhu Xiaoli")
    assert (pairing.tutor_unit, pairing.pupil_unit) == (
        made["place.gongxiang"],
        made["place.tonganyuan"],
    )
    assert (str(mention.person), mention.unit) == ("Ma Lan", made["place.huanghua"])
    assert [figure.value for figure in reported_figures(batch.district)] == ["80%"]


def test_the_report_of_xixia_counts_nothing_as_running(made: dict[str, Any]) -> None:
    batch: Batch = made["batch.xixia"]

    report = batch_report(batch, list(batch.mentions.select_related("unit")))

    assert (report.underway, report.reached, len(report.streets)) == (0, 2, 9)
    assert not Pairing.objects.open().filter(batch=batch).exists()


def test_the_invented_round_is_four_months_old_and_in_several_states(
    made: dict[str, Any],
) -> None:
    batch: Batch = made["batch.demo"]

    report = batch_report(batch, [])

    assert (TODAY - batch.launched_on).days == 121
    assert (report.tutors, report.pupils, report.pairs, report.underway) == (9, 11, 11, 8)
    states = set(batch.pairings.values_list("state", flat=True))
    assert states == {"active", "proposed", "paused"}
    assert made["users"]["tutor"].person.pairings_as_tutor.count() == 2
    assert made["users"]["secretary"].person.pairings_as_pupil.count() == 1
    assert list(check_pairings()) == []
