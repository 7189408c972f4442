"""Places for other programs: the scope of the token's holder, page by page."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories.accounts import token_of, user_with
from tests.factories.committees import make_district

pytestmark = pytest.mark.django_db
PLACES = "/api/v1/places/"


@pytest.fixture
def tree():
    return make_district("晨光", streets=2, committees=3)


def api(user):
    return Client(headers={"Authorization": f"Bearer {token_of(user)}"})


def test_places_of_my_scope_and_the_line_above(tree):
    make_district("别处")
    client = api(user_with("organiser", place=tree.streets[0]))

    answer = client.get(PLACES).json()

    line = [tree.province, tree.city, tree.district, tree.streets[0]]
    expected = line + tree.committees_of(tree.streets[0])
    assert [item["id"] for item in answer["items"]] == [place.pk for place in expected]
    assert answer["count"] == len(expected)
    assert answer["items"][3]["parent_id"] == tree.district.pk


def test_the_list_is_narrowed_and_paged(tree):
    client = api(user_with("district", place=tree.district))

    answer = client.get(PLACES, {"level": 5, "limit": 2, "offset": 1}).json()
    below = client.get(PLACES, {"parent": tree.streets[1].pk}).json()

    assert (len(answer["items"]), answer["count"]) == (2, 6)
    assert below["count"] == 3


def test_a_place_elsewhere_is_not_there(tree):
    client = api(user_with("district", place=tree.district))

    assert client.get(f"{PLACES}{tree.committees[0].pk}").json()["kind"] == "residential"
    assert client.get(f"{PLACES}{make_district('别处').district.pk}").status_code == 404


def test_nothing_tells_of_key_support(tree):
    client = api(user_with("district", place=tree.district))

    assert "key_support" not in client.get(PLACES).content.decode()


@pytest.mark.parametrize("bad", [{"level": "x"}, {"parent": "x"}, {"limit": -1}])
def test_what_cannot_be_read_is_refused(tree, bad):
    assert api(user_with("district", place=tree.district)).get(PLACES, bad).status_code == 422


def test_without_a_token_there_is_nothing():
    assert Client().get(PLACES).status_code == 401
