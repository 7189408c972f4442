"""Figures of a place: read from cells, and equal to the lists behind them."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from core import summaries
from core.models import SummaryCell
from core.scope import Role
from courses.models import Enrolment
from dashboards import reports
from dashboards.drilldown import SOURCES
from dashboards.permissions import boards_of, can_see_figures
from tests.dashboards.conftest import Counted
from tests.factories.courses import EnrolmentFactory, OfferingFactory

TODAY = timezone.localdate


def values(board: reports.Board) -> dict[str, int]:
    return {figure.key: figure.value for figure in board.figures}


def test_a_district_adds_up_what_its_committees_hold(counted: Counted) -> None:
    board = reports.board(counted.tree.district, counted.year, TODAY())

    assert values(board) == {
        "secretaries": 3,
        "committees": 4,
        "vacancies": 1,
        "enrolled_people": 3,
        "completed_people": 1,
        "enrolments": 5,
        "pairings_active": 1,
    }
    assert board.as_of is not None


def test_rows_are_in_the_order_of_places_and_add_up_to_the_tiles(counted: Counted) -> None:
    board = reports.board(counted.tree.district, counted.year, TODAY())

    assert [row.name for row in board.rows] == [place.name for place in counted.tree.streets]
    for at, figure in enumerate(board.figures):
        assert sum(row.values[at] for row in board.rows) == figure.value


def test_a_street_shows_its_committees(counted: Counted) -> None:
    street = counted.tree.streets[0]

    board = reports.board(street, counted.year, TODAY())

    assert [row.name for row in board.rows] == [
        place.name for place in counted.tree.committees_of(street)
    ]
    assert values(board)["committees"] == 2


def test_what_stands_at_the_district_itself_has_a_row_of_its_own(counted: Counted) -> None:
    district = counted.tree.district
    SummaryCell.objects.create(
        metric="enrolments", place_id=district.pk, year=counted.year, value=2
    )

    board = reports.board(district, counted.year, TODAY())

    assert (len(board.rows), board.rows[-1].url) == (3, "")
    assert values(board)["enrolments"] == 7


@pytest.mark.parametrize("metric", reports.ORDER)
@pytest.mark.parametrize("level", ["district", "street", "committee"])
def test_every_figure_has_as_many_rows_behind_it(counted: Counted, metric: str, level: str) -> None:
    tree = counted.tree
    place = {"district": tree.district, "street": tree.streets[0], "committee": tree.committees[1]}
    for year in (counted.year, counted.year - 1):
        figure = values(reports.board(place[level], year, TODAY()))[metric]

        assert SOURCES[metric].rows(place[level], year).count() == figure


def test_somebody_who_changed_units_counts_once_where_the_first_seat_was(
    counted: Counted,
) -> None:
    person = Enrolment.objects.order_by("pk")[0].person
    offering = OfferingFactory(base=counted.base, begins_on=datetime.date(counted.year, 5, 1))
    EnrolmentFactory(offering=offering, person=person, unit=counted.tree.committees[3])
    summaries.rebuild()

    board = reports.board(counted.tree.district, counted.year, TODAY())
    new_street = SOURCES["enrolled_people"].rows(counted.tree.streets[1], counted.year)

    assert values(board)["enrolled_people"] == 3
    assert (board.rows[1].values[reports.ORDER.index("enrolled_people")], len(new_street)) == (0, 0)


def test_the_empty_board_says_what_is_missing(counted: Counted) -> None:
    SummaryCell.objects.all().delete()

    board = reports.board(counted.tree.district, counted.year, TODAY())

    assert len(board.missing) == 2
    assert reports.board_chart(board) is None


def test_the_chart_and_its_table_show_the_same_rows(counted: Counted) -> None:
    board = reports.board(counted.tree.district, counted.year, TODAY())
    chart = reports.board_chart(board)

    assert chart is not None
    assert [row.values for row in chart.rows] == [(3, 1), (0, 0)]
    assert [row.url for row in chart.rows] == [row.url for row in board.rows]


def test_the_short_form_agrees_with_the_board(counted: Counted) -> None:
    figures, as_of = reports.headline(counted.tree.district, counted.year, reports.ORDER)

    board = reports.board(counted.tree.district, counted.year, TODAY())
    assert ([figure.value for figure in figures], as_of) == (
        [figure.value for figure in board.figures],
        board.as_of,
    )


def test_readers_are_those_who_answer_for_a_place(counted: Counted) -> None:
    tree = counted.tree
    first = {
        Role.DISTRICT: counted.account(Role.DISTRICT, tree.district),
        Role.ORGANISER: counted.account(Role.ORGANISER, tree.streets[0]),
        Role.BASE_ADMIN: counted.account(Role.BASE_ADMIN, base=counted.base),
        Role.AUDITOR: counted.account(Role.AUDITOR),
        Role.SECRETARY: counted.account(Role.SECRETARY, tree.committees[0]),
    }

    assert {role: boards_of(user).first() for role, user in first.items()} == {
        Role.DISTRICT: tree.district,
        Role.ORGANISER: tree.streets[0],
        Role.BASE_ADMIN: tree.district,
        Role.AUDITOR: tree.district,
        Role.SECRETARY: None,
    }
    assert [role for role, user in first.items() if can_see_figures(user, tree.streets[1])] == [
        Role.DISTRICT,
        Role.BASE_ADMIN,
        Role.AUDITOR,
    ]
