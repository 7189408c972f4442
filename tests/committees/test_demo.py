"""The demonstration: exact facts of the articles, an invented world, and no trace when it goes."""

from __future__ import annotations

import datetime
import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Q

from committees import demo as steps
from committees.demo_world import SOURCE
from committees.models import (
    Affiliation,
    MemberOrganisation,
    Person,
    Place,
    PlaceProfile,
    ReportedIndicator,
    TrainingBase,
)
from committees.services.register import import_register
from committees.words import words_for
from core import demo, registries
from core.models import AuditEvent, DemoRow
from tests.committees.registers import write
from tests.kept import kept

pytestmark = pytest.mark.django_db
REAL = ["CAOYANG", "HUAYANG", "BAOSHAN", "XIXIA", "PINGLIANG"]


DATA_FILES = ("places.json", "bases.json", "organisations.json", "people.json")


def text_of(name: str) -> str:
    return (steps.DATA / name).read_text(encoding="utf-8")


def run(**options) -> str:
    out = io.StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


ONLY_PLACES: registries.Registry = registries.Registry("demonstration steps")
ONLY_PLACES.add("places", steps.step)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Loaded once for the module: each test begins with the same rows and leaves none behind."""
    with kept(django_db_blocker), pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "demo_steps", ONLY_PLACES)
        yield demo.load()


@pytest.fixture
def places_only(loaded, monkeypatch):
    """Only the step of places and people: what these tests are about."""
    monkeypatch.setattr(demo, "demo_steps", ONLY_PLACES)
    return loaded


# --- Facts of the articles ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("key", "value", "as_of"),
    [
        ("city-secretaries", "4621", "2021-06-25"),
        ("city-secretaries-women", "62%", "2021-06-25"),
        ("city-secretaries-women-number", "2865", "2021-06-25"),
        ("city-secretaries-age", "44.6", "2021-06-25"),
        ("city-secretaries-college", "95%", "2021-06-25"),
        ("caoyang-tutors", "9", "2021-06-25"),
        ("huayang-households", "66", ""),
        ("huayang-pre-court", "80%", ""),
        ("baoshan-courses", "38", ""),
        ("baoshan-secretaries", "575", ""),
        ("baoshan-two-committees", "4000", ""),
        ("baoshan-towns", "12", ""),
        ("baoshan-stations", "577", ""),
        ("baoshan-backbone", "27", ""),
        ("baoshan-sites", "26", ""),
        ("xixia-masters", "39", "2021-05-17"),
        ("xixia-pupils", "42", "2021-05-17"),
        ("xixia-coverage", "80%", "2021-05-17"),
        ("wenchang-pairs", "6", "2021-05-17"),
        ("wenchang-communities", "4", "2021-05-17"),
        ("pingliang-area", "3.53", "2023-02-13"),
        ("pingliang-committees", "15", "2023-02-13"),
        ("pingliang-population", "75100", "2023-02-13"),
        ("pingliang-households", "28200", "2023-02-13"),
        ("pingliang-grids", "18", "2023-02-13"),
        ("pingliang-micro-grids", "88", "2023-02-13"),
        ("pingliang-meta-grids", "659", "2023-02-13"),
        ("pingliang-joint-start", "40", "2023-02-13"),
        ("pingliang-joint-now", "54", "2023-02-13"),
        ("pingliang-joint-enterprise", "35", "2023-02-13"),
        ("pingliang-joint-quarter", "4", "2023-02-13"),
        ("pingliang-joint-two-new", "15", "2023-02-13"),
        ("pingliang-interpreters", "57", "2023-02-13"),
    ],
)
def test_a_reported_figure_stands_as_in_its_article(key, value, as_of):
    rows = json.loads((steps.DATA / "reported.json").read_text("utf-8"))
    row = next(row for row in rows if row["key"] == key)

    assert (row["value"], row["as_of"]) == (value, as_of)
    assert all(row[field] for field in ("label_zh", "label_en", "source_zh", "source_en"))


def test_every_reported_figure_is_checked_above(places_only):
    parameters = test_a_reported_figure_stands_as_in_its_article.pytestmark[0].args[1]

    assert {key for key, _value, _day in parameters} == set(
        ReportedIndicator.objects.exclude(key__startswith="demo-").values_list("key", flat=True)
    )


def test_places_of_the_articles_stand_with_their_codes(places_only):
    kinds = Place.objects.filter(parent=places_only.made["place.baoshan"]).values_list(
        "kind", flat=True
    )
    assert sorted(kinds) == ["other"] + ["street"] * 3 + ["town"] * 9
    xixia = Place.objects.filter(parent=places_only.made["place.xixia"])
    assert sorted(xixia.values_list("kind", flat=True)) == ["street"] * 7 + ["town"] * 2
    assert places_only.made["place.wenchang"].code == "640105003000"
    assert places_only.made["place.hongchu"].parent.name_zh == "虹桥街道"
    profile = PlaceProfile.objects.get(place=places_only.made["place.pingliang"])
    assert (profile.population, profile.households, str(profile.area_km2)) == (75100, 28200, "3.53")


def test_what_is_known_in_letters_only_gets_no_invented_hanzi(places_only):
    assert places_only.made["place.tonganyuan"].name_zh == "Tonganyuan"
    named = Person.objects.filter(name_en__in=["Zhu Xiaoli", "Shang Tao", "Ma Lan", "Han Zhiqiang"])
    assert [person.name_zh for person in named] == [""] * 4
    assert Person.objects.get(name_en="Liu Lijuan").name_zh == "刘丽娟"


def test_persons_of_the_articles_carry_only_what_the_articles_say(places_only):
    real = Person.objects.filter(Q(name_en__gt="") & ~Q(source=SOURCE))

    assert real.count() == 6
    for person in real:
        assert (person.mobile_cipher, person.sex, person.birth_year, person.education) == (
            "",
            "",
            None,
            "",
        )
        service = person.affiliations.get()
        assert service.note_zh
        assert (service.from_on, service.to_on) == (None, None)


def test_words_of_the_districts(places_only):
    made = places_only.made
    xixia, putuo = words_for(made["place.tonganyuan"].path), words_for(made["place.caoyang"].path)

    assert (xixia.area_zh, xixia.tutoring_zh) == ("社区", "帮带")
    assert (putuo.area_zh, putuo.tutoring_zh) == ("居民区", "带教")


def test_five_real_bases_and_an_invented_one(places_only):
    codes = TrainingBase.objects.order_by("pk").values_list("code", flat=True)

    assert list(codes) == [*REAL, "DEMO"]
    for base in TrainingBase.objects.all():
        assert base.districts.exists()
        assert all((base.name_zh, base.name_en, base.about_zh, base.about_en, base.source))


def test_member_organisations_named_in_the_article(places_only):
    named = MemberOrganisation.objects.filter(place=places_only.made["place.pingliang"])

    assert named.count() == 14
    assert set(named.values_list("kind", flat=True)) == {""}  # the article gives counts only


def test_every_source_of_the_data_is_known_to_the_catalogue():
    named = set(re.findall(r'"source": "([^"]+)"', "".join(map(text_of, DATA_FILES))))

    assert named
    assert named <= set(steps.SOURCES)


# --- The invented world -------------------------------------------------------------------------
def test_the_invented_world_says_that_it_is_invented(places_only):
    district = places_only.made["place.demo_district"]
    names = Place.objects.under(district).values_list("name_zh", flat=True)

    assert all(name.endswith("（演示）") for name in names)
    people = Person.objects.filter(unit__path__under=district.path)
    assert set(people.values_list("source", flat=True)) == {SOURCE}


def test_28_committees_26_secretaries_and_their_members(places_only):
    made = places_only.made

    assert len(made["place.demo_streets"]) == 4
    assert len(made["place.demo_committees"]) == 28
    assert len(made["people.demo_secretaries"]) == 26
    assert len(made["people.demo_members"]) == 90
    filled = Affiliation.objects.secretaries().filter(place__in=made["place.demo_committees"])
    assert filled.count() == 26
    young = filled.filter(from_on__gt=places_only.today - datetime.timedelta(days=3 * 365))
    assert 6 <= young.count() <= 13


@pytest.mark.hard
@pytest.mark.sqlite
def test_every_run_makes_the_same_people(places_only):
    first = list(Person.objects.order_by("pk").values_list("name_zh", "mobile_mask", "birth_month"))
    demo.remove()

    demo.load()

    again = list(Person.objects.order_by("pk").values_list("name_zh", "mobile_mask", "birth_month"))
    assert again == first
    assert len({name for name, _mask, _month in first if name}) == len(first) - 4


def test_the_figures_of_the_dashboards_fit(places_only):
    for name in ("committees figure", "secretaries figure"):
        assert list(registries.invariant_checks.get(name)()) == []


def pairs_of(value):
    """Every (Chinese, English) pair of a fixture, however deep."""
    if isinstance(value, dict):
        for key, text in value.items():
            if key.endswith("_zh") and not isinstance(text, dict | list):
                yield key, text, value.get(f"{key[:-3]}_en")
            yield from pairs_of(text)
    elif isinstance(value, list):
        for item in value:
            yield from pairs_of(item)


def test_every_text_of_the_fixtures_has_both_languages():
    one_sided = {"tutoring_zh"}  # a word that only Chinese varies
    missing = [
        (path.name, key, zh)
        for path in Path(steps.DATA).glob("*.json")
        for key, zh, en in pairs_of(json.loads(path.read_text("utf-8")))
        if key not in one_sided and bool(zh) != bool(en)
    ]
    assert missing == []


# --- The command --------------------------------------------------------------------------------
def test_places_that_a_register_took_over_stay(places_only, tmp_path):
    changning = places_only.made["place.changning"]
    lines = ["310105000000,长宁区,district,310100000000,"]
    lines += ["310105001000,华阳路街道,street,310105000000,"]
    import_register(actor=None, path=write(tmp_path, lines), edition=2020)

    kept = demo.remove().kept

    assert kept == 4  # the two of the file, and the line above them
    assert sorted(Place.objects.values_list("name_zh", flat=True)) == sorted(
        ["上海市", "市辖区", "长宁区", "华阳路街道"]
    )
    changning.refresh_from_db()
    assert changning.edition == 2020
    assert not DemoRow.objects.exists()


@pytest.mark.hard
@pytest.mark.sqlite
def test_refresh_replaces_it(places_only):
    first = DemoRow.objects.filter(model="committees.person").count()

    text = run(refresh=True)

    assert "rows removed" in text
    assert "is loaded" in text
    assert DemoRow.objects.filter(model="committees.person").count() == first


@pytest.mark.hard
@pytest.mark.sqlite
def test_another_version_is_replaced(places_only):
    DemoRow.objects.update(version="0")

    assert "is loaded" in run()
    assert demo.loaded_version() == demo.VERSION


def test_the_invented_past_leaves_no_acts(places_only):
    assert not AuditEvent.objects.exists()
