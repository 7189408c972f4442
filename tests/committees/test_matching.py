"""Committees are matched within their sub-district, or proposed, never guessed."""

from __future__ import annotations

import datetime

import pytest

from committees.matching import How, PlaceFact, Places
from committees.models import Place, PlaceHistory, WordSet
from tests.factories.committees import PlaceFactory

pytestmark = pytest.mark.django_db

NAMES = (
    "源园居委会",
    "师大二村社区居委会",
    "长风四村第一居委会",
    "长风四村第二居委会",
    "真源小区居委会",
    "大渡河路九十五弄居委会",
    "农林村居委会",
    "217社区居委会",
    "顾村居委会",
)


@pytest.fixture
def city() -> Place:
    return PlaceFactory(kind=Place.Kind.CITY, name_zh="样本市")


@pytest.fixture
def district(city: Place) -> Place:
    district = PlaceFactory(kind=Place.Kind.DISTRICT, name_zh="样本区", parent=city)
    other = PlaceFactory(kind=Place.Kind.STREET, name_zh="曹杨新村街道", parent=district)
    PlaceFactory(name_zh="花溪园居委会", parent=other)
    street = PlaceFactory(kind=Place.Kind.STREET, name_zh="长风新村街道", parent=district)
    for name in NAMES:
        PlaceFactory(name_zh=name, parent=street)
    for name in ("顾村村委会", "张桥村村委会"):
        PlaceFactory(name_zh=name, kind=Place.Kind.VILLAGE, parent=street)
    return district


@pytest.fixture
def places(district: Place) -> Places:
    return Places(district)


@pytest.fixture
def street(places: Places) -> PlaceFact:
    found = places.street("长风新村街道").place
    assert found
    return found


@pytest.mark.parametrize(
    ("text", "name", "how"),
    [
        ("源园居委会", "源园居委会", How.USUAL),
        ("源园居民区", "源园居委会", How.USUAL),
        ("源园", "源园居委会", How.ALIAS),
        ("源园社区", "源园居委会", How.ALIAS),
        ("源园居民委员会", "源园居委会", How.ALIAS),
        ("源园居民区党总支", "源园居委会", How.ALIAS),
        ("长风新村街道源园居委会", "源园居委会", How.ALIAS),
        ("样本区长风新村街道源园居委会", "源园居委会", How.ALIAS),
        ("长风新村源园居民区", "源园居委会", How.ALIAS),
        ("源园（原杏园）居委会", "源园居委会", How.ALIAS),
        ("师大二村居民区", "师大二村社区居委会", How.USUAL),
        ("师大2村", "师大二村社区居委会", How.ALIAS),
        ("长风四村一居委会", "长风四村第一居委会", How.ALIAS),
        ("长风四村第2居民区", "长风四村第二居委会", How.ALIAS),
        ("真源小区", "真源小区居委会", How.ALIAS),
        ("大渡河路95弄", "大渡河路九十五弄居委会", How.ALIAS),
        ("农林村", "农林村居委会", How.ALIAS),
        ("217社区", "217社区居委会", How.ALIAS),
        ("顾村居民区", "顾村居委会", How.USUAL),
        ("顾村村委", "顾村村委会", How.ALIAS),
        ("张桥村委会", "张桥村村委会", How.ALIAS),
        ("张桥村", "张桥村村委会", How.ALIAS),
    ],
)
def test_names_that_mean_one_committee(
    places: Places, street: PlaceFact, text: str, name: str, how: How
) -> None:
    match = places.committee(text, street)
    assert match.place
    assert (match.place.name, match.how) == (name, how)


@pytest.mark.parametrize(
    ("text", "how", "proposals"),
    [
        ("源园小区", How.ESTATE, {"源园居委会"}),
        ("长风四村第一小区", How.ESTATE, {"长风四村第一居委会"}),
        ("源园、真源小区", How.SEVERAL, {"源园居委会", "真源小区居委会"}),
        ("顾村", How.SEVERAL, {"顾村居委会", "顾村村委会"}),
        ("碧波湾居民区", How.UNKNOWN, set()),
        ("碧波湾小区", How.UNKNOWN, set()),
        ("花溪园居委会", How.UNKNOWN, set()),
        ("长风四村", How.UNKNOWN, set()),
        ("源圆居委会", How.UNKNOWN, set()),
        ("居委会", How.UNKNOWN, set()),
    ],
)
def test_what_is_not_sure_is_not_taken(
    places: Places, street: PlaceFact, text: str, how: How, proposals: set[str]
) -> None:
    match = places.committee(text, street)
    assert match.place is None
    assert match.how is how
    assert {fact.name for fact in match.proposals} == proposals


def test_similar_names_are_only_named(places: Places, street: PlaceFact) -> None:
    assert "源园居委会" in places.near("源圆居委会", street)


def test_a_former_name_is_known(district: Place) -> None:
    place = Place.objects.get(name_zh="源园居委会")
    PlaceHistory.objects.create(place=place, name_zh="杏园居委会", to_on=datetime.date(2020, 1, 1))
    places = Places(district)
    street = places.street("长风新村街道").place
    assert street
    match = places.committee("杏园居民区", street)
    assert match.place
    assert (match.place.pk, match.how) == (place.pk, How.OLD)


def test_a_name_that_stands_today_goes_before_a_former_one(district: Place) -> None:
    old = Place.objects.get(name_zh="真源小区居委会")
    PlaceHistory.objects.create(place=old, name_zh="源园居委会", to_on=datetime.date(2020, 1, 1))
    places = Places(district)
    street = places.street("长风新村街道").place
    assert street
    match = places.committee("源园居委会", street)
    assert match.place
    assert match.place.name == "源园居委会"


def test_a_closed_committee_is_not_matched(district: Place) -> None:
    place = Place.objects.get(name_zh="源园居委会")
    place.closed_on = datetime.date(2021, 1, 1)
    place.save(update_fields=["closed_on"])
    places = Places(district)
    street = places.street("长风新村街道").place
    assert street
    assert places.committee("源园居委会", street).how is How.UNKNOWN


def test_the_word_of_the_district_is_usual(district: Place) -> None:
    WordSet.objects.create(district=district, area_zh="社区")
    places = Places(district)
    street = places.street("长风新村街道").place
    assert street
    assert places.committee("源园社区", street).how is How.USUAL
    assert places.committee("源园居民区", street).how is How.ALIAS


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("长风新村街道", How.USUAL),
        ("长风新村", How.ALIAS),
        ("长风新村街道办事处", How.ALIAS),
        ("样本区长风新村街道", How.ALIAS),
        ("长风新村街道党工委", How.ALIAS),
    ],
)
def test_sub_districts_by_their_names(places: Places, text: str, how: How) -> None:
    match = places.street(text)
    assert match.place
    assert (match.place.name, match.how) == ("长风新村街道", how)


def test_a_sub_district_elsewhere_is_unknown(places: Places) -> None:
    assert places.street("文昌路街道").how is How.UNKNOWN


def test_a_sub_district_name_in_two_districts_needs_the_district(
    city: Place, district: Place
) -> None:
    other = PlaceFactory(kind=Place.Kind.DISTRICT, name_zh="新区", parent=city)
    PlaceFactory(kind=Place.Kind.STREET, name_zh="长风新村街道", parent=other)
    places = Places(city)
    both = places.street("长风新村街道")
    assert both.place is None
    assert len(both.proposals) == 2
    one = places.street("长风新村街道", district="新区")
    assert one.place
    above = places.district_of(one.place)
    assert above
    assert above.name == "新区"


def test_a_sub_district_directly_below_a_city(city: Place) -> None:
    PlaceFactory(kind=Place.Kind.TOWN, name_zh="直属镇", parent=city)
    places = Places(city)
    street = places.street("直属镇").place
    assert street
    above = places.district_of(street)
    assert above
    assert above.name == "样本市"
