"""Boards on screen: who gets them, how many queries they cost, where the tiles lead."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from committees.models import ReportedIndicator
from core.scope import Role
from tests.dashboards.conftest import Counted
from tests.factories.committees import TrainingBaseFactory, make_district


def board_of(client: Client, user: User, **query: Any) -> Any:
    client.force_login(user)
    return client.get(reverse("dashboards:board"), query)


def test_every_tile_leads_to_a_list_of_its_length(
    client: Client, counted: Counted, district_account: User
) -> None:
    response = board_of(client, district_account)

    for figure in response.context["board"].figures:
        listed = client.get(figure.url)
        assert (figure.key, listed.context["page"].paginator.count) == (figure.key, figure.value)


def test_a_row_of_the_board_leads_down_to_the_committee_and_its_people(
    client: Client, counted: Counted, district_account: User
) -> None:
    street = board_of(client, district_account).context["board"].rows[0]
    committee = client.get(street.url).context["board"].rows[0]
    people = client.get(committee.url).context["board"].figures[3]

    assert people.value == 2
    assert len(client.get(people.url).context["lines"]) == 2


def test_the_year_can_be_changed_and_a_strange_one_means_this_year(
    client: Client, counted: Counted, district_account: User
) -> None:
    past = board_of(client, district_account, year=counted.year - 1).context["board"]
    strange = board_of(client, district_account, year="1'; --").context["board"]

    assert [figure.value for figure in past.figures][3:6] == [1, 0, 1]
    assert strange.year == counted.year
    endless = board_of(client, district_account, year="9" * 5000).context["board"]
    assert endless.year == counted.year


def test_reported_figures_stand_apart_with_source_and_date(
    client: Client, counted: Counted, district_account: User
) -> None:
    ReportedIndicator.objects.create(
        key="sample-coverage",
        label_zh="样本覆盖率",
        label_en="Sample coverage",
        value="80%",
        as_of="2021-05-17",
        source_zh="样本报道",
        source_en="Sample article",
        place=counted.tree.district,
    )

    response = board_of(client, district_account)

    assert "样本报道" in response.content.decode()
    assert "80%" not in [str(figure.value) for figure in response.context["board"].figures]


@pytest.mark.parametrize("streets", [1, 3])
def test_a_board_costs_the_same_queries_whatever_its_size(
    client: Client, counted: Counted, django_assert_max_num_queries: Any, streets: int
) -> None:
    tree = make_district("另", streets=streets, committees=3)
    user = counted.account(Role.DISTRICT, tree.district)
    client.force_login(user)

    with django_assert_max_num_queries(11):
        client.get(reverse("dashboards:board"))


def test_a_stranger_to_boards_is_told_so(client: Client, counted: Counted) -> None:
    secretary = counted.account(Role.SECRETARY, counted.tree.committees[0])

    assert board_of(client, secretary).status_code == 403


def test_places_outside_are_unseen_and_places_above_are_forbidden(
    client: Client, counted: Counted
) -> None:
    organiser = counted.account(Role.ORGANISER, counted.tree.streets[0])
    client.force_login(organiser)

    def status(place: Any, *more: str) -> int:
        name = "dashboards:metric-list" if more else "dashboards:board-place"
        return client.get(reverse(name, args=[place.pk, *more])).status_code

    assert status(counted.tree.streets[0]) == 200
    assert status(counted.tree.streets[1]) == 404
    assert status(counted.tree.district) == 403
    assert status(counted.tree.streets[0], "enrolments") == 200
    assert status(counted.tree.district, "enrolments") == 403
    assert status(counted.tree.streets[0], "salaries") == 404


def test_a_base_administrator_reads_titles_of_the_own_base_only(
    client: Client, counted: Counted
) -> None:
    own = counted.account(Role.BASE_ADMIN, base=counted.base)
    other_base = TrainingBaseFactory(host=counted.tree.district)
    other = counted.account(Role.BASE_ADMIN, base=other_base)
    url = reverse("dashboards:metric-list", args=[counted.tree.district.pk, "enrolments"])

    def titles(user: User) -> set[str]:
        client.force_login(user)
        return {line.cells[2] for line in client.get(url).context["lines"]}

    assert all(title.startswith("样本班") for title in titles(own))
    assert len(titles(other)) == 1
    assert not any(title.startswith("样本班") for title in titles(other))


def test_somebody_without_a_place_gets_an_explanation(client: Client, counted: Counted) -> None:
    nowhere = counted.account(Role.BASE_ADMIN, base=TrainingBaseFactory(districts=[]))

    response = board_of(client, nowhere)

    assert (response.status_code, response.templates[0].name) == (200, "dashboards/board_none.html")


def test_today_shows_the_district_its_figures(
    client: Client, counted: Counted, district_account: User
) -> None:
    client.force_login(district_account)

    response = client.get(reverse("home"))

    assert reverse("dashboards:metric-list", args=[counted.tree.district.pk, "vacancies"]) in (
        response.content.decode()
    )
