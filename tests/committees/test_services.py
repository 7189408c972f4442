"""Services of places, people and appointments: each rule, each way out."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from committees.models import Affiliation, Place, PlaceProfile, WordSet
from committees.models.people import Post
from committees.registered import check_committees, check_secretaries
from committees.services.appointments import (
    SeatTaken,
    WrongAppointment,
    appoint,
    end_appointment,
)
from committees.services.people import WrongPerson, create_person, reveal_mobile
from committees.services.places import (
    WrongPlace,
    close_place,
    create_place,
    save_profile,
    save_words,
)
from committees.words import words_for
from core import registries
from core.crypto import WrongMobile
from core.models import AuditEvent
from tests.factories.accounts import user_with
from tests.factories.committees import (
    AffiliationFactory,
    PersonFactory,
    PlaceFactory,
    TrainingBaseFactory,
    make_district,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
DAY = datetime.timedelta(days=1)


def last_act() -> AuditEvent:
    event = AuditEvent.objects.order_by("-pk").first()
    assert event is not None
    return event


# --- Places -------------------------------------------------------------------------------------
def test_a_new_place_gets_path_level_and_pinyin():
    tree = make_district(streets=1, committees=0)
    clerk = user_with("district", place=tree.district)

    place = create_place(
        actor=clerk,
        parent=tree.streets[0],
        kind="village",
        name_zh="黄花村委会",
        code="640105100204",
    )

    place.refresh_from_db()
    assert place.path == f"{tree.streets[0].path}{place.pk}/"
    assert (place.level, place.pinyin, place.initials) == (5, "huang hua cun wei hui", "hhcwh")
    assert (last_act().action, last_act().actor_id) == ("place.create", clerk.pk)


@pytest.mark.parametrize(
    ("kind", "name", "code", "field"),
    [
        ("city", "某市", None, "kind"),
        ("residential", " ", None, "name_zh"),
        ("residential", "某居委会", "12345", "code"),
        ("residential", "某居委会", "310105009011", "code"),
    ],
)
def test_a_place_that_does_not_fit_is_refused(kind, name, code, field):
    tree = make_district(streets=1, committees=0)
    PlaceFactory(code="310105009011")
    before = Place.objects.count()

    with pytest.raises(WrongPlace) as refused:
        create_place(actor=None, parent=tree.streets[0], kind=kind, name_zh=name, code=code)

    assert refused.value.field == field
    assert Place.objects.count() == before


def test_nothing_but_a_province_stands_on_its_own():
    with pytest.raises(WrongPlace):
        create_place(actor=None, parent=None, kind="district", name_zh="某区")


def test_a_profile_says_what_changed_and_needs_a_source():
    place = PlaceFactory()
    save_profile(actor=None, place=place, households=1880, source="月报")

    save_profile(actor=None, place=place, households=1900, area_km2=Decimal("3.53"))

    profile = PlaceProfile.objects.get(place=place)
    assert (profile.households, profile.area_km2, profile.source) == (1900, Decimal("3.53"), "月报")
    assert last_act().before == {"households": 1880, "area_km2": None}
    assert last_act().after == {"households": 1900, "area_km2": "3.53"}


def test_saving_the_same_profile_again_leaves_no_act():
    place = PlaceFactory()
    save_profile(actor=None, place=place, station="一号站")
    acts = AuditEvent.objects.count()

    save_profile(actor=None, place=place, station="一号站")

    assert AuditEvent.objects.count() == acts


@pytest.mark.parametrize(
    ("values", "field"),
    [({"households": 5}, "source"), ({"area_km2": Decimal(0), "source": "x"}, "area_km2")],
)
def test_a_profile_with_wrong_figures_is_refused(values, field):
    with pytest.raises(WrongPlace) as refused:
        save_profile(actor=None, place=PlaceFactory(), **values)

    assert refused.value.field == field
    assert not PlaceProfile.objects.exists()


def test_words_of_a_district_hold_for_all_below_it():
    tree = make_district()
    assert words_for(tree.committees[0].path).area_zh == "居民区"

    save_words(actor=None, district=tree.district, area_zh="社区", tutoring_zh="帮带")

    found = words_for(tree.committees[0].path)
    assert (found.area_zh, found.tutoring_zh) == ("社区", "帮带")
    assert words_for(make_district("别处").committees[0].path).area_zh == "居民区"


def test_words_are_chosen_by_a_district_and_never_empty():
    tree = make_district()
    for district, words in (
        (tree.streets[0], {"area_zh": "社区"}),
        (tree.district, {"area_zh": ""}),
    ):
        with pytest.raises(WrongPlace):
            save_words(actor=None, district=district, **words)
    assert not WordSet.objects.exists()


def test_a_place_closes_only_when_it_is_empty():
    tree = make_district(streets=1, committees=2)
    street, (first, second) = tree.streets[0], tree.committees
    service = AffiliationFactory(place=first)
    for full in (street, first):
        with pytest.raises(WrongPlace):
            close_place(actor=None, place=full, on=TODAY())

    end_appointment(actor=None, affiliation=service, to_on=TODAY())
    closed = [close_place(actor=None, place=place, on=TODAY()) for place in (first, second, street)]

    assert {place.closed_on for place in closed} == {TODAY()}
    with pytest.raises(WrongPlace):
        close_place(actor=None, place=street, on=TODAY())


# --- People -------------------------------------------------------------------------------------
def test_a_mobile_is_kept_as_cipher_index_and_mask():
    person = create_person(actor=None, name_zh="曾丽娟", mobile="+86 138-0000 1234")

    assert (person.mobile_mask, person.pinyin, person.initials) == (
        "138****1234",
        "zeng lijuan",
        "zlj",
    )
    assert "1380000" not in person.mobile_cipher
    assert len(person.mobile_index) == 64
    assert "1380000" not in str(last_act().after)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name_zh": " "}, "name_zh"),
        ({"name_zh": "甲", "birth_year": 87}, "birth_year"),
        ({"name_zh": "甲", "birth_month": 13}, "birth_month"),
    ],
)
def test_a_person_with_wrong_facts_is_refused(values, field):
    with pytest.raises(WrongPerson) as refused:
        create_person(actor=None, **values)

    assert refused.value.field == field


def test_a_wrong_mobile_is_refused():
    with pytest.raises(WrongMobile):
        create_person(actor=None, name_zh="甲", mobile="12345")


def test_a_number_is_shown_for_a_purpose_that_stays_on_record():
    person = create_person(actor=None, name_zh="甲", mobile="13800001234")
    reader = user_with("")

    assert reveal_mobile(actor=reader, person=person, purpose=" 开班  通知 ") == "13800001234"

    act = last_act()
    assert (act.action, act.reason, act.actor_id) == (
        "person.mobile.reveal",
        "开班 通知",
        reader.pk,
    )
    assert "13800001234" not in str(act.after) + str(act.before) + act.object_label


def test_a_number_is_not_shown_without_purpose_or_when_there_is_none():
    acts = AuditEvent.objects.count()
    for person, purpose in ((PersonFactory(mobile_cipher="x"), " "), (PersonFactory(), "通知")):
        with pytest.raises(WrongPerson):
            reveal_mobile(actor=None, person=person, purpose=purpose)
    assert AuditEvent.objects.count() == acts


# --- Appointments -------------------------------------------------------------------------------
@pytest.fixture
def heard(monkeypatch):
    """What listeners of appointment_changed hear."""
    found: list[tuple[str, int]] = []
    event = registries.Event("appointment changed")
    event.add("test", lambda *, affiliation, change, actor: found.append((change, affiliation.pk)))
    monkeypatch.setattr(registries, "appointment_changed", event)
    return found


def test_an_appointment_sets_the_unit_the_figure_and_is_heard(heard):
    tree = make_district(streets=1, committees=1)
    person = PersonFactory()

    service = appoint(
        actor=None, person=person, post="secretary", place=tree.committees[0], from_on=TODAY() - DAY
    )

    person.refresh_from_db()
    assert person.unit == tree.committees[0]
    assert heard == [("began", service.pk)]
    assert list(check_secretaries()) == []
    assert (last_act().action, last_act().unit_id) == ("appointment.began", tree.committees[0].pk)


def test_a_committee_has_one_secretary_at_a_time():
    place = make_district(streets=1, committees=1).committees[0]
    first = appoint(actor=None, person=PersonFactory(), post="secretary", place=place, from_on=None)
    with pytest.raises(SeatTaken):
        appoint(actor=None, person=PersonFactory(), post="secretary", place=place, from_on=None)

    end_appointment(actor=None, affiliation=first, to_on=TODAY())
    second = appoint(
        actor=None, person=PersonFactory(), post="secretary", place=place, from_on=TODAY()
    )

    assert list(Affiliation.objects.secretaries()) == [second]
    assert list(check_secretaries()) == []


def test_the_unit_follows_the_first_of_several_posts():
    tree = make_district(streets=2, committees=1)
    here, there = tree.committees
    person = PersonFactory()

    def serve(post, place):
        made = appoint(actor=None, person=person, post=post, place=place, from_on=TODAY() - DAY)
        person.refresh_from_db()
        return made, person.unit

    member, unit = serve("committee_member", here)
    assert unit == here
    secretary, unit = serve("secretary", there)
    assert unit == there
    for service, left in ((secretary, here), (member, None)):
        end_appointment(actor=None, affiliation=service, to_on=TODAY())
        person.refresh_from_db()
        assert person.unit == left


def test_a_service_outside_the_tree_leaves_the_unit_alone():
    person = PersonFactory()
    appoint(actor=None, person=person, post="expert", external="某大学", from_on=None)
    appoint(actor=None, person=person, post="base_staff", base=TrainingBaseFactory(), from_on=None)

    person.refresh_from_db()
    assert person.unit is None


@pytest.mark.parametrize(
    ("post", "change", "field"),
    [
        ("secretary", {"external": "某大学"}, "place"),
        ("secretary", {"place": None}, "place"),
        ("organiser", {}, "post"),
        ("secretary", {"from_on": TODAY() + 30 * DAY}, "from_on"),
    ],
)
def test_an_appointment_that_does_not_fit_is_refused(post, change, field):
    place = make_district(streets=1, committees=1).committees[0]
    facts = {"place": place, "from_on": None} | change

    with pytest.raises(WrongAppointment) as refused:
        appoint(actor=None, person=PersonFactory(), post=post, **facts)

    assert refused.value.field == field
    assert not Affiliation.objects.exists()


def test_the_same_service_is_not_begun_twice():
    place = make_district(streets=1, committees=1).committees[0]
    person = PersonFactory()
    appoint(actor=None, person=person, post=Post.MEMBER, place=place, from_on=None)

    with pytest.raises(WrongAppointment):
        appoint(actor=None, person=person, post=Post.MEMBER, place=place, from_on=None)


def test_nobody_is_appointed_to_a_closed_place():
    place = PlaceFactory(closed_on=TODAY())

    with pytest.raises(WrongAppointment):
        appoint(actor=None, person=PersonFactory(), post="secretary", place=place, from_on=None)


def test_a_service_ends_once_and_within_its_days():
    service = AffiliationFactory(from_on=TODAY() - 10 * DAY)
    for day in (TODAY() + DAY, TODAY() - 11 * DAY):
        with pytest.raises(WrongAppointment):
            end_appointment(actor=None, affiliation=service, to_on=day)

    ended = end_appointment(actor=None, affiliation=service, to_on=TODAY(), reason="轮岗")

    assert ended.to_on == TODAY()
    assert last_act().reason == "轮岗"
    with pytest.raises(WrongAppointment):
        end_appointment(actor=None, affiliation=service, to_on=TODAY())


def test_an_invariant_check_sees_a_figure_that_is_wrong():
    place = make_district(streets=1, committees=1).committees[0]
    AffiliationFactory(place=place)  # behind the service's back: no delta was written

    assert list(check_secretaries()) == [f"secretaries of place {place.pk}: 0 kept, 1 counted"]
    assert len(list(check_committees())) == 1
