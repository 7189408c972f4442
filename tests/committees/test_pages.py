"""Pages of places and people: what they show, to whom, with how many queries."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.models import PlaceHistory, PlaceProfile, ReportedIndicator, WordSet
from committees.names import spell_place
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import (
    AffiliationFactory,
    MemberOrganisationFactory,
    PersonFactory,
    PlaceFactory,
    TrainingBaseFactory,
    make_district,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_district("晨光", streets=2, committees=3)


@pytest.fixture
def district(tree):
    return client_of(user_with("district", place=tree.district, language="en"))


@pytest.fixture
def organiser(tree):
    return client_of(user_with("organiser", place=tree.streets[0], language="en"))


def page_of(place):
    return reverse("committees:place-detail", args=[place.pk])


# --- Browsing -----------------------------------------------------------------------------------
def test_browsing_begins_at_the_own_place(district, tree):
    response = district.get(reverse("committees:place-list"))

    assert response.status_code == 302
    assert response.url == page_of(tree.district)


def test_who_sees_all_begins_at_the_provinces(tree):
    other = make_district("别处")
    client = client_of(user_with("system_admin"))

    rows = client.get(reverse("committees:place-list")).context["rows"]

    assert {row.place for row in rows} == {tree.province, other.province}


def test_a_district_counts_committees_and_vacant_posts_of_each_street(district, tree):
    AffiliationFactory(place=tree.committees[0])
    AffiliationFactory(place=tree.committees[1], to_on=timezone.localdate())
    AffiliationFactory(place=tree.committees[2], post="committee_member")
    PlaceFactory(parent=tree.streets[1], name_zh="已撤居委会", closed_on=timezone.localdate())

    rows = district.get(page_of(tree.district)).context["rows"]

    assert [(row.place, row.committees, row.vacant) for row in rows] == [
        (tree.streets[0], 3, 1),
        (tree.streets[1], 3, 0),
    ]


def test_a_street_names_the_secretary_or_says_vacant_where_one_has_left(district, tree):
    service = AffiliationFactory(place=tree.committees[0])
    AffiliationFactory(place=tree.committees[1], to_on=timezone.localdate())

    response = district.get(page_of(tree.streets[0]))

    first, second, third = response.context["rows"]
    assert (first.secretary, first.is_vacant) == (service.person, False)
    assert (second.secretary, second.is_vacant, third.is_vacant) == (None, True, False)
    assert response.content.decode().count("To be appointed") == 1


def test_the_name_of_a_secretary_out_of_reach_is_left_out_but_not_the_filled_post(tree):
    service = AffiliationFactory(place=tree.committees[0])
    lecturer = client_of(user_with("lecturer", place=tree.district))

    response = lecturer.get(page_of(tree.streets[0]))

    assert [row.is_vacant for row in response.context["rows"]] == [False, False, False]
    assert service.person.name_zh not in response.content.decode()


def test_hidden_rows_give_way_to_what_is_below_them(tree):
    tree.city.hidden = True
    tree.city.save(update_fields=["hidden"])
    client = client_of(user_with("system_admin"))

    response = client.get(page_of(tree.province))
    below = client.get(page_of(tree.streets[0]))

    assert [row.place for row in response.context["rows"]] == [tree.district]
    assert below.context["line"] == [tree.province, tree.district]


def test_places_elsewhere_are_not_there(district):
    assert district.get(page_of(make_district("别处").committees[0])).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("晨光1", 4),
        ("cg1jdd", 3),
        ("chenguang1jiedaodi2", 1),
        ("CG1JDD2", 1),
        ("没有", 0),
        ("%", 0),
    ],
)
def test_places_are_found_by_name_pinyin_and_initials(organiser, tree, query, found):

    for place in (*tree.streets, *tree.committees):
        spelling = spell_place(place.name_zh)
        place.pinyin, place.initials = spelling.pinyin, spelling.initials
        place.save(update_fields=["pinyin", "initials"])

    response = organiser.get(reverse("committees:place-list"), {"q": query})

    assert len(response.context["rows"]) == found


@pytest.mark.parametrize("bad", [{"q": "\x00"}, {"q": "x" * 500}, {"page": "x"}, {"page": "-1"}])
def test_what_cannot_be_read_is_as_if_not_asked(district, tree, bad):
    assert district.get(reverse("committees:place-list"), bad).status_code in (200, 302)
    assert district.get(page_of(tree.district), bad).status_code == 200


def test_a_place_shows_figures_organisations_and_its_past(district, tree):
    street = tree.streets[0]
    ReportedIndicator.objects.create(
        key="k",
        label_zh="网格",
        label_en="Grids",
        value="18",
        source_zh="报道",
        source_en="Article of a paper",
        place=street,
    )
    organisation = MemberOrganisationFactory(place=street)
    MemberOrganisationFactory(place=street, name_zh="已退出", left_on=timezone.localdate())
    PlaceHistory.objects.create(place=street, name_zh="旧街道", to_on=datetime.date(2020, 12, 31))

    text = district.get(page_of(street)).content.decode()

    for wanted in ("Grids", "Article of a paper", organisation.name_zh, "旧街道"):
        assert wanted in text
    assert "已退出" not in text


def test_an_empty_place_says_so(district, tree):
    empty = PlaceFactory(parent=tree.district, kind="street", name_zh="空街道")

    assert "No places are kept below this one." in district.get(page_of(empty)).content.decode()


@pytest.mark.parametrize("role", ["district", "organiser", "secretary", "base_admin", "auditor"])
def test_key_support_is_seen_by_the_district_and_its_own_organiser_only(tree, role):
    committee = tree.committees[0]
    PlaceProfile.objects.create(place=committee, key_support=True)
    place = {"organiser": tree.streets[0], "secretary": committee}.get(role, tree.district)
    where = {"place": place}
    if role == "base_admin":
        where = {"base": TrainingBaseFactory(host=tree.streets[0], districts=[tree.district])}
    client = client_of(user_with(role, language="en", **where))

    response = client.get(page_of(committee))

    assert response.status_code == 200
    assert ("Key support" in response.content.decode()) is (role in ("district", "organiser"))


# --- Profile and words --------------------------------------------------------------------------
def test_the_organiser_writes_the_profile_of_the_own_sub_district(organiser, tree):
    url = reverse("committees:place-profile", args=[tree.committees[0].pk])
    assert organiser.get(url).status_code == 200

    response = organiser.post(url, {"households": "1880", "source": "月报", "key_support": "on"})

    assert (response.status_code, response.url) == (302, page_of(tree.committees[0]))
    profile = PlaceProfile.objects.get()
    assert (profile.households, profile.key_support) == (1880, True)


@pytest.mark.parametrize("sent", [{"households": "1880"}, {"households": "-1"}, {"area_km2": "x"}])
def test_a_profile_that_is_wrong_comes_back_with_a_sentence(organiser, tree, sent):
    url = reverse("committees:place-profile", args=[tree.committees[0].pk])

    response = organiser.post(url, sent)

    assert response.status_code == 422
    assert response.context["form"].errors
    assert not PlaceProfile.objects.exists()


def test_an_organiser_writes_nothing_next_door(organiser, tree):
    """The neighbour's page is not visible, the district's is, but it is not the organiser's."""
    for place, status in ((tree.streets[1], 404), (tree.district, 403)):
        url = reverse("committees:place-profile", args=[place.pk])
        assert organiser.post(url, {"station": "站"}).status_code == status
    assert not PlaceProfile.objects.exists()


def test_the_district_chooses_its_words(district, tree):
    url = reverse("committees:place-words", args=[tree.district.pk])
    assert district.get(url).status_code == 200
    sent = {
        "area_zh": "社区",
        "area_en": "community",
        "tutoring_zh": "帮带",
        "org_department_zh": "区委组织部",
        "org_department_en": "District Organization Department",
        "society_department_zh": "区委社会工作部",
    }

    assert district.post(url, sent | {"area_zh": ""}).status_code == 422
    assert district.post(url, sent).status_code == 302

    assert WordSet.objects.get(district=tree.district).tutoring_zh == "帮带"


def test_only_the_district_chooses_words(organiser, district, tree):
    assert (
        organiser.get(reverse("committees:place-words", args=[tree.district.pk])).status_code == 403
    )
    assert (
        district.get(reverse("committees:place-words", args=[tree.streets[0].pk])).status_code
        == 403
    )


# --- Bases --------------------------------------------------------------------------------------
def test_bases_that_serve_my_district(district, tree):
    base = TrainingBaseFactory(host=tree.streets[0], districts=[tree.district])
    other = TrainingBaseFactory()

    assert list(district.get(reverse("committees:base-list")).context["bases"]) == [base]
    assert district.get(reverse("committees:base-detail", args=[base.code])).status_code == 200
    assert district.get(reverse("committees:base-detail", args=[other.code])).status_code == 404


def test_empty_lists_say_what_comes_next(tree):
    client = client_of(user_with("auditor", place=tree.district, language="en"))

    assert "No training base yet" in client.get(reverse("committees:base-list")).content.decode()


# --- Today --------------------------------------------------------------------------------------
def test_today_names_vacant_posts_to_those_who_fill_them(organiser, district, tree):
    AffiliationFactory(place=tree.committees[0], to_on=timezone.localdate())

    assert "Committees awaiting" in organiser.get(reverse("home")).content.decode()
    AffiliationFactory(place=tree.committees[0])
    assert "Committees awaiting" not in organiser.get(reverse("home")).content.decode()
    base = user_with("base_admin", base=TrainingBaseFactory(), language="en")
    assert "Committees awaiting" not in client_of(base).get(reverse("home")).content.decode()


# --- Queries ------------------------------------------------------------------------------------
MOST_QUERIES = 12


@pytest.mark.parametrize("route", ["district", "street", "committee", "search", "vacant", "bases"])
def test_the_number_of_queries_does_not_grow(tree, route):

    base = TrainingBaseFactory(host=tree.streets[0], districts=[tree.district])
    person = PersonFactory()
    client = client_of(user_with("base_admin", base=base, person=person))
    urls = {
        "district": page_of(tree.district),
        "street": page_of(tree.streets[0]),
        "committee": page_of(tree.committees[0]),
        "search": reverse("committees:place-list") + "?q=晨光",
        "vacant": reverse("committees:place-list") + f"?vacant=1&place={tree.district.pk}",
        "bases": reverse("committees:base-list"),
    }

    def fill(number: int) -> None:
        for place in tree.committees[:number]:
            AffiliationFactory(place=place, post="committee_member")
        for _ in range(number):
            MemberOrganisationFactory(place=tree.streets[0])
            TrainingBaseFactory(host=tree.streets[1], districts=[tree.district])
            PlaceFactory(parent=tree.streets[0])
            PlaceFactory(parent=tree.district, kind="town")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(urls[route]).status_code == 200
        return len(seen)

    fill(1)
    client.get(urls[route])  # words and navigation are kept by the process
    few = queries()
    fill(3)

    assert queries() == few
    assert few <= MOST_QUERIES


# --- Tiles and the team -------------------------------------------------------------------------
def test_each_tile_equals_the_list_it_opens(district, tree):
    today = timezone.localdate()
    for place in tree.committees[:4]:
        AffiliationFactory(place=place, from_on=today.replace(year=today.year - 5, day=1))
    AffiliationFactory(place=tree.committees[4], from_on=today)
    AffiliationFactory(place=tree.committees[5], to_on=today)

    tiles = district.get(page_of(tree.district)).context["tiles"]

    assert [tile.value for tile in tiles] == [5, 1, 6, 1]
    for tile in tiles:
        shown = district.get(tile.url).context
        assert len(shown.get("rows", getattr(shown["page"], "rows", ()))) == tile.value


def test_tiles_about_people_are_for_those_who_work_with_them(tree):
    lecturer = client_of(user_with("lecturer", place=tree.district))

    response = lecturer.get(page_of(tree.district))

    assert [str(tile.url) for tile in response.context["tiles"] if "people" in tile.url] == []
    assert response.context["actions"] == []


@pytest.mark.parametrize("state", ["filled", "vacant", "unknown"])
def test_a_committee_says_what_is_vacant(district, tree, state):
    place = tree.committees[0]
    if state == "filled":
        AffiliationFactory(place=place)
    elif state == "vacant":
        AffiliationFactory(place=place, to_on=timezone.localdate())
    PlaceProfile.objects.create(place=place, two_committee_seats=5, source="月报")
    row = AffiliationFactory(place=place, post="committee_member")
    AffiliationFactory(place=place, post="committee_head", person=row.person)
    AffiliationFactory(place=place, post="community_worker")

    response = district.get(page_of(place))

    vacancies = response.context["vacancies"]
    members = 2 if state == "filled" else 1
    assert (vacancies.secretary, vacancies.members) == (state, members)
    assert vacancies.open_seats == 5 - members
    text = response.content.decode()
    assert ("To be appointed" in text) is (state == "vacant")
    assert ("Not entered yet" in text) is (state == "unknown")
    assert f"{members} of 5 seats filled" in text


def test_the_team_stands_in_the_order_of_posts(district, tree):
    place = tree.committees[0]
    posts = ("community_worker", "committee_member", "secretary", "committee_head")
    for post in posts:
        AffiliationFactory(place=place, post=post)

    secretary = place.affiliations.get(post="secretary").person
    AffiliationFactory(place=place, post="other", person=secretary)

    team = district.get(page_of(place)).context["team"]

    held = [[row.post for row in member.services] for member in team.people]
    assert held == [["secretary", "other"], [posts[3]], [posts[1]], [posts[0]]]


def test_quick_actions_lead_where_the_reader_may_go(district, tree):
    actions = district.get(page_of(tree.streets[0])).context["actions"]

    assert [action.key for action, _url in actions] == ["people", "roster", "figures"]
    for _action, url in actions:
        assert district.get(url).status_code == 200


def test_vacant_posts_are_listed_within_a_place(district, tree):
    for place in (tree.committees[0], tree.committees[5]):
        AffiliationFactory(place=place, to_on=timezone.localdate())
    url = reverse("committees:place-list")

    every = district.get(url, {"vacant": "1"}).context["rows"]
    below = district.get(url, {"vacant": "1", "place": tree.streets[1].pk}).context["rows"]

    assert [row.place for row in every] == [tree.committees[0], tree.committees[5]]
    assert [row.place for row in below] == [tree.committees[5]]
    assert (
        "No post is vacant"
        in district.get(url, {"vacant": "1", "place": tree.committees[1].pk}).content.decode()
    )
