"""Codes that are gone: what can only be the same place keeps it, the rest waits for a person."""

from __future__ import annotations

import datetime

import pytest

from committees.models import Closure, Place, PlaceHistory, RegisterChange
from committees.register.recoding import Row, sure_pairs
from committees.services.register import import_register
from tests.committees.registers import BEFORE, write
from tests.factories.committees import AffiliationFactory

STREET, OTHER, ELSEWHERE = "310105001000", "310105102000", "310106001000"


def gone(*rows: tuple[str, str, str]) -> list[Row]:
    return [Row(code, name, parent, number) for number, (code, name, parent) in enumerate(rows, 1)]


def new(*rows: tuple[str, str, str]) -> list[Row]:
    return [Row(*row) for row in rows]


def pairs(old: list[Row], fresh: list[Row], stays: set[tuple[str, str]] | None = None):
    return [(one.code, other.code) for one, other in sure_pairs(old, fresh, stays or set())]


def test_the_same_name_in_the_same_street_is_the_same_place() -> None:
    old = gone(("310105001001", "一居委会", STREET))

    assert pairs(old, new(("310105001009", "一居委会", STREET))) == [
        ("310105001001", "310105001009")
    ]


def test_a_name_that_stands_once_in_the_district_moved() -> None:
    old = gone(("310105001001", "一居委会", STREET))

    assert pairs(old, new(("310105102009", "一居委会", OTHER))) == [
        ("310105001001", "310105102009")
    ]


@pytest.mark.parametrize(
    ("old", "fresh", "stays"),
    [
        # two of the name are gone
        (
            gone(("310105001001", "一", STREET), ("310105102001", "一", OTHER)),
            new(("310105103009", "一", "310105103000")),
            set(),
        ),
        # two of the name are new
        (
            gone(("310105001001", "一", STREET)),
            new(("310105102009", "一", OTHER), ("310105103009", "一", "310105103000")),
            set(),
        ),
        # somebody of the name stays in the district
        (
            gone(("310105001001", "一", STREET)),
            new(("310105102009", "一", OTHER)),
            {("一", "310105")},
        ),
        # the new one lies in another district
        (gone(("310105001001", "一", STREET)), new(("310106001009", "一", ELSEWHERE)), set()),
    ],
)
def test_whatever_could_be_read_in_two_ways_is_left_to_a_person(old, fresh, stays) -> None:
    assert pairs(old, fresh, stays) == []


def test_who_stayed_in_the_street_is_no_witness_for_a_move() -> None:
    """Of two gone namesakes one is recoded in its street; the other may have gone anywhere."""
    old = gone(("310105001001", "一", STREET), ("310105102001", "一", OTHER))
    fresh = new(("310105001009", "一", STREET), ("310105103009", "一", "310105103000"))

    assert pairs(old, fresh) == [("310105001001", "310105001009")]


@pytest.fixture
def load(tmp_path, db):
    def loaded(lines, edition):
        return import_register(actor=None, path=write(tmp_path, lines), edition=edition)

    loaded(BEFORE, 2020)
    return loaded


def kinds() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, name in RegisterChange.objects.values_list("kind", "place__name_zh"):
        found.setdefault(kind, set()).add(name)
    return found


def test_a_recoded_place_keeps_its_people_and_its_past(load) -> None:
    place = Place.objects.get(code="310105001001")
    service = AffiliationFactory(place=place)

    report = load([*BEFORE[:4], BEFORE[4].replace("001001", "001011"), *BEFORE[5:]], 2021)

    place.refresh_from_db()
    service.refresh_from_db()
    assert (place.code, place.closed_on, service.place_id) == ("310105001011", None, place.pk)
    assert PlaceHistory.objects.get(place=place).code == "310105001001"
    assert (report.codes_new, report.codes_gone, report.total) == (1, 1, 1)
    assert kinds() == {"recoded": {"华阳路一居委会"}}
    assert not Closure.objects.exists()


def test_a_place_that_moved_hangs_in_its_new_street(load) -> None:
    place = Place.objects.get(code="310105001001")
    moved = "310105102001,华阳路一居委会,community,310105102000,111"

    load([*BEFORE[:4], *BEFORE[5:], moved], 2021)

    place.refresh_from_db()
    street = Place.objects.get(code=OTHER)
    assert (place.code, place.parent_id) == ("310105102001", street.pk)
    assert place.path == f"{street.path}{place.pk}/"
    past = PlaceHistory.objects.get(place=place)
    assert (past.code, past.parent and past.parent.code) == ("310105001001", STREET)
    assert kinds() == {"recoded": {"华阳路一居委会"}, "moved": {"华阳路一居委会"}}


def test_a_recoded_street_takes_its_committees_with_it(load) -> None:
    keys = set(Place.objects.values_list("pk", flat=True))
    lines = [line.replace("310105001", "310105021") for line in BEFORE]

    report = load(lines, 2021)

    assert set(Place.objects.values_list("pk", flat=True)) == keys
    assert report.changes["recoded"] == 3
    assert not Closure.objects.exists()


def test_what_is_gone_is_closed_and_its_successors_are_proposed(load) -> None:
    kept = "310105001003,华阳路新居委会,community,310105001000,111"

    load([*BEFORE[:4], BEFORE[5], kept, *BEFORE[6:]], 2021)

    closure = Closure.objects.get()
    assert closure.place.code == "310105001001"
    assert (closure.state, closure.closed_on) == ("proposed", datetime.date(2021, 1, 1))
    assert closure.finding == Closure.Finding.NOWHERE
    proposed = closure.successors.order_by("place__code")
    assert [(one.place.code, one.why) for one in proposed] == [
        ("310105001002", "alike"),
        ("310105001003", "alike"),
    ]
    assert not closure.successors.filter(confirmed=True).exists()


def test_a_street_closes_only_when_nothing_below_it_stands(load) -> None:
    load(BEFORE[:6], 2021)

    closed = set(Place.objects.exclude(closed_on=None).values_list("code", flat=True))
    assert closed == {"310105102000", "310105102201", "310105102401"}


def test_a_place_that_stands_again_needs_no_successor(load) -> None:
    load([*BEFORE[:4], *BEFORE[5:]], 2021)

    load(BEFORE, 2022)

    assert Closure.objects.get().state == Closure.State.WITHDRAWN
    assert Place.objects.get(code="310105001001").closed_on is None
