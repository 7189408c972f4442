"""Pages of classes, as each role meets them."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from courses import codes, services
from courses.models import Attendance, Course, Enrolment, Offering, Session
from notices.models import OutboxItem
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import TrainingBaseFactory, make_district
from tests.factories.courses import (
    CourseFactory,
    EnrolmentFactory,
    OfferingFactory,
    SessionFactory,
    local,
    person_in,
)

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
Pages = list[tuple[str, dict[str, str]]]


class World:
    """A district with a base, an open class a month ahead, and one account of each kind."""

    def __init__(self) -> None:
        self.tree = make_district()
        self.base = TrainingBaseFactory(host=self.tree.district)
        self.committee = self.tree.committees[0]
        self.person = person_in(self.committee, name_zh="演示甲")
        self.secretary = user_with("secretary", place=self.committee, person=self.person)
        self.organiser = user_with("organiser", place=self.tree.streets[0])
        self.admin = user_with("base_admin", base=self.base)
        self.district = user_with("district", place=self.tree.district)
        self.other_admin = user_with("base_admin", base=TrainingBaseFactory())
        self.ahead = timezone.localdate() + datetime.timedelta(days=30)
        self.offering = self.make_class()

    def make_class(self, **facts):
        offering = OfferingFactory(**({"base": self.base, "begins_on": self.ahead} | facts))
        SessionFactory(offering=offering)
        return offering

    def running(self):
        """A class of today with a session under way, and the secretary in it."""
        offering = self.make_class(state="enrol_closed", begins_on=timezone.localdate())
        now = timezone.now()
        session = offering.sessions.get()
        session.starts_at = now - datetime.timedelta(minutes=5)
        session.ends_at = now + datetime.timedelta(hours=1)
        session.save(update_fields=["starts_at", "ends_at"])
        enrolment = EnrolmentFactory(offering=offering, person=self.person)
        return offering, session, enrolment


@pytest.fixture
def world():
    with translation.override("en"):
        yield World()


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def url(name, thing=None):
    return reverse(f"courses:{name}", args=[thing.public_id] if thing is not None else [])


def text_of(response):
    return response.content.decode()


# --- Reading ------------------------------------------------------------------------------------
def queries_of(client, address, **query):
    """How many queries a page takes once everything of the account is known."""
    client.get(address, query)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(address, query).status_code == 200
    return len(counted)


def with_one_and_with_three(client, pages, add_one):
    """Queries of `pages` (address, query) with one row more, and with three."""
    add_one()
    first = [queries_of(client, address, **query) for address, query in pages]
    add_one()
    add_one()
    return first, [queries_of(client, address, **query) for address, query in pages]


def test_the_list_takes_the_same_queries_for_any_number(world):
    pages: list[tuple[str, dict[str, str]]] = [
        (url("offering-list"), {}),
        (url("offering-list"), {"view": "table"}),
    ]

    one, three = with_one_and_with_three(client_of(world.secretary), pages, world.make_class)

    assert one == three
    assert max(three) <= MOST_QUERIES


def test_a_class_takes_the_same_queries_for_any_number(world):
    hours = iter((13, 14, 15))

    def add_one():
        EnrolmentFactory(offering=world.offering, person=person_in(world.committee))
        start = local(world.ahead, next(hours))
        end = start + datetime.timedelta(minutes=45)
        SessionFactory(offering=world.offering, starts_at=start, ends_at=end)

    pages: Pages = [(url("offering-detail", world.offering), {})]
    for user in (world.secretary, world.admin):
        hours = iter((13, 14, 15))
        one, three = with_one_and_with_three(client_of(user), pages, add_one)
        assert one == three
        assert max(three) <= MOST_QUERIES


def test_lists_of_people_take_the_same_queries_for_any_number(world):
    offering, session, _enrolment = world.running()
    pages: Pages = [
        (url("offering-enrolments", offering), {}),
        (url("offering-people", offering), {"q": "样本"}),
        (url("session-live", session), {}),
        (url("session-roll-call", session), {}),
    ]

    one, three = with_one_and_with_three(
        client_of(world.admin),
        pages,
        lambda: EnrolmentFactory(offering=offering, person=person_in(world.committee)),
    )

    assert one == three
    assert max(three) <= MOST_QUERIES


def test_my_enrolments_take_the_same_queries_for_any_number(world):
    def add_one():
        for state in ("confirmed", "completed"):
            EnrolmentFactory(offering=world.make_class(), person=world.person, state=state)

    pages: Pages = [(url("enrolment-list"), {}), (reverse("home"), {})]

    one, three = with_one_and_with_three(client_of(world.secretary), pages, add_one)

    assert one == three
    assert max(three) <= MOST_QUERIES


def test_filters_narrow_the_list(world):
    exercise = world.make_class(kind="exercise", title_zh="充电桩情景实训班")
    draft = world.make_class(state="draft")
    done = world.make_class(state="completed")
    client = client_of(world.admin)

    def found(**query):
        return {row.pk for row in client.get(url("offering-list"), query).context["page"]}

    assert found() == {world.offering.pk, exercise.pk, draft.pk}
    assert found(state="completed") == {done.pk}
    assert found(kind="exercise") == found(q="充电桩") == {exercise.pk}
    assert found(month=f"{world.ahead:%Y-%m}") == found()
    elsewhere = (timezone.localdate() - datetime.timedelta(days=200)).strftime("%Y-%m")
    assert found(month=elsewhere) == set()
    assert found(base=world.base.pk) == found()
    assert found(state="nonsense", kind="x", month="x", base="x") == found()


def test_a_draft_is_seen_by_its_base_only(world):
    draft = world.make_class(state="draft")

    assert client_of(world.admin).get(url("offering-detail", draft)).status_code == 200
    for user in (world.secretary, world.organiser, world.other_admin, world.district):
        assert client_of(user).get(url("offering-detail", draft)).status_code == 404


def test_unknown_classes_do_not_exist(world):
    client = client_of(world.admin)
    for name in ("offering-detail", "offering-edit", "session-live", "enrolment-cancel"):
        assert client.get(reverse(f"courses:{name}", args=[uuid.uuid4()])).status_code == 404
    assert client.get(reverse("courses:course-edit", args=[999_999_999])).status_code == 404


# --- Enrolling ----------------------------------------------------------------------------------
def test_a_secretary_enrols_twice_and_hears_the_same_friendly_thing(world):
    client = client_of(world.secretary)
    for _ in range(2):
        response = client.post(url("offering-enrol", world.offering), follow=True)
        assert response.status_code == 200
        assert "You are enrolled" in text_of(response)

    assert Enrolment.objects.count() == OutboxItem.objects.count() == 1


def test_a_full_class_says_so_and_offers_no_button(world):
    full = world.make_class(seats=1)
    EnrolmentFactory(offering=full)
    client = client_of(world.secretary)

    page = client.get(url("offering-detail", full))
    answer = client.post(url("offering-enrol", full), follow=True)

    assert url("offering-enrol", full) not in text_of(page)
    assert "All seats" in text_of(answer)
    assert Enrolment.objects.filter(person=world.person).count() == 0


def test_enrolling_is_a_post(world):
    assert client_of(world.secretary).get(url("offering-enrol", world.offering)).status_code == 405


def test_an_organiser_finds_and_enrols_the_own_people_only(world):
    outsider = person_in(world.tree.committees[-1], name_zh="演示乙")
    client = client_of(world.organiser)

    found = client.get(url("offering-people", world.offering), {"q": "演示"})
    part = client.get(url("offering-people", world.offering), headers={"HX-Request": "true"})
    done = client.post(
        url("offering-enrol", world.offering), {"person": world.person.public_id}, follow=True
    )
    refused = client.post(url("offering-enrol", world.offering), {"person": outsider.public_id})

    assert [row.name_zh for row in found.context["people"]] == ["演示甲"]
    assert "<html" in text_of(found)
    assert "<html" not in text_of(part)
    assert f"{world.person.name} is enrolled." in text_of(done)
    assert refused.status_code == 404
    assert Enrolment.objects.get().channel == "assigned"


@pytest.mark.parametrize("person", ["nonsense", str(uuid.UUID(int=7))])
def test_an_unknown_person_is_not_enrolled(world, person):
    response = client_of(world.admin).post(
        url("offering-enrol", world.offering), {"person": person}
    )

    assert response.status_code == 404


def test_who_may_not_enrol_meets_a_plain_refusal(world):
    client = client_of(world.district)

    assert client.get(url("offering-people", world.offering)).status_code == 403
    assert (
        client.post(
            url("offering-enrol", world.offering), {"person": world.person.public_id}
        ).status_code
        == 403
    )


def test_cancelling_asks_for_a_category_and_can_be_undone(world):
    enrolment = services.enrol(actor=world.secretary, offering=world.offering, person=world.person)
    client = client_of(world.secretary)

    empty = client.post(url("enrolment-cancel", enrolment), {})
    client.post(url("enrolment-cancel", enrolment), {"reason": "family"})
    mine = client.get(url("enrolment-list"))

    assert empty.status_code == 422
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.reason) == ("cancelled", "family")
    assert [entry["may_undo"] for entry in mine.context["past"]] == [True]
    client.post(url("offering-enrol", world.offering))
    assert Enrolment.objects.holding().count() == 1


def test_nobody_cancels_for_a_stranger(world):
    enrolment = EnrolmentFactory(offering=world.offering)
    neighbour = EnrolmentFactory(offering=world.offering, person=world.person)
    assert client_of(world.secretary).get(url("enrolment-cancel", enrolment)).status_code == 404
    assert client_of(world.district).get(url("enrolment-cancel", neighbour)).status_code == 403


# --- Planning -----------------------------------------------------------------------------------
def class_form(world, **changes):
    course = Course.objects.filter(base=world.base).first() or CourseFactory(base=world.base)
    facts = {
        "base": world.base.pk,
        "title_zh": "停车改造专题班",
        "kind": "topic",
        "courses": [course.pk],
        "begins_on": world.ahead.isoformat(),
        "ends_on": world.ahead.isoformat(),
        "seats": "20",
    }
    return facts | changes


def test_a_class_is_planned_opened_closed_and_cancelled(world):
    client = client_of(world.admin)
    client.post(url("offering-create"), class_form(world))
    offering = Offering.objects.get(title_zh="停车改造专题班")
    client.post(
        url("session-create", offering),
        {
            "course": offering.courses.get().pk,
            "on": world.ahead.isoformat(),
            "starts": "09:00",
            "ends": "11:30",
            "hours": "3.25",
            "category": "centralised",
        },
    )
    assert [row.quarters for row in offering.sessions.all()] == [13]
    for name, state in (("open", "open"), ("close", "enrol_closed"), ("open", "open")):
        client.post(url(f"offering-{name}", offering))
        offering.refresh_from_db()
        assert offering.state == state
    refused = client.post(url("offering-cancel", offering), {"reason": " "})
    client.post(url("offering-cancel", offering), {"reason": "台风"})
    offering.refresh_from_db()

    assert (refused.status_code, offering.state) == (422, "cancelled")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seats": "0"}, "seats"),
        ({"seats": "many"}, "seats"),
        ({"title_zh": "长" * 161}, "title_zh"),
        ({"title_zh": ""}, "title_zh"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"begins_on": "9999-01-01"}, "begins_on"),
        ({"begins_on": "2095-01-01", "ends_on": "2095-01-01"}, "begins_on"),
        ({"begins_on": "0001-01-01"}, "begins_on"),
        ({"begins_on": "2026-02-30"}, "begins_on"),
        ({"enrol_until": "9999-12-31T23:59"}, "enrol_until"),
        ({"enrol_until": "0001-01-01T00:00"}, "enrol_until"),
        ({"enrol_until": "tomorrow"}, "enrol_until"),
        ({"courses": ["999999"]}, "courses"),
        ({"courses": []}, "courses"),
        ({"kind": "party"}, "kind"),
        ({"base": "999999"}, "base"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_typed_is_lost(world, changes, field):
    before = Offering.objects.count()

    response = client_of(world.admin).post(url("offering-create"), class_form(world, **changes))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["venue_zh"].value() is None
    assert response.context["form"]["title_zh"].value() == changes.get("title_zh", "停车改造专题班")
    assert Offering.objects.count() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends": "08:00"}, "ends"),
        ({"on": "2020-01-01"}, "starts"),
        ({"on": "9999-01-01"}, "on"),
        ({"hours": "40"}, "hours"),
        ({"hours": "0.1"}, "hours"),
        ({"hours": "3.9"}, "hours"),
        ({"starts": "25:00"}, "starts"),
        ({"course": "999999"}, "course"),
        ({"category": "fun"}, "category"),
    ],
)
def test_a_session_that_does_not_fit_is_said_at_its_field(world, changes, field):
    facts = {
        "course": world.offering.courses.get().pk,
        "on": world.ahead.isoformat(),
        "starts": "13:00",
        "ends": "16:00",
        "hours": "4",
        "category": "field",
    }

    response = client_of(world.admin).post(url("session-create", world.offering), facts | changes)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert world.offering.sessions.count() == 1


def test_editing_shows_what_stands_and_saves_what_changed(world):
    client = client_of(world.admin)
    shown = client.get(url("offering-edit", world.offering)).context["form"]
    changed = class_form(world, title_zh="新名称", seats="25")
    changed["courses"] = list(world.offering.courses.values_list("pk", flat=True))
    client.post(url("offering-edit", world.offering), changed)
    world.offering.refresh_from_db()

    assert (shown["seats"].value(), shown["title_zh"].value()) == (20, shown.initial["title_zh"])
    assert (world.offering.title_zh, world.offering.pools.get().seats) == ("新名称", 25)


def test_editing_and_dropping_a_session(world):
    session = world.offering.sessions.get()
    client = client_of(world.admin)
    shown = client.get(url("session-edit", session)).context["form"]
    assert shown["hours"].value() == "4"
    facts = {name: shown[name].value() for name in shown.fields}
    facts |= {"starts": "08:30", "ends": "11:30", "hours": "4"}

    client.post(url("session-edit", session), facts)
    dropped = client.post(url("session-drop", session), follow=True)
    session.refresh_from_db()

    assert timezone.localtime(session.starts_at).strftime("%H:%M") == "08:30"
    assert "at least one session" in text_of(dropped)


def test_courses_are_added_and_changed_by_their_base(world):
    client = client_of(world.admin)
    facts = {"base": world.base.pk, "title_zh": "加装电梯", "hours": "2.5", "published": "on"}
    client.post(url("course-create"), facts)
    course = Course.objects.get(title_zh="加装电梯")
    twin = client.post(url("course-create"), facts)
    edit = reverse("courses:course-edit", args=[course.pk])
    shown = client.get(edit).context["form"]
    client.post(edit, facts | {"hours": "3", "title_en": "Lifts"})
    course.refresh_from_db()

    assert (twin.status_code, list(twin.context["form"].errors)) == (422, ["title_zh"])
    assert shown["hours"].value() == "2.5"
    assert (course.quarters, course.title_en) == (12, "Lifts")
    assert client_of(world.secretary).get(edit).status_code == 403
    assert course in client_of(world.secretary).get(url("course-list")).context["page"]
    assert client_of(world.secretary).get(url("course-create")).status_code == 403


@pytest.mark.parametrize(
    "name", ["edit", "cancel", "open", "close", "complete", "enrolments", "session"]
)
def test_only_the_base_runs_its_class(world, name):
    route = "session-create" if name == "session" else f"offering-{name}"
    address = url(route, world.offering)
    method = "post" if name in ("open", "close", "complete") else "get"

    assert getattr(client_of(world.secretary), method)(address).status_code == 403
    assert getattr(client_of(world.other_admin), method)(address).status_code == 404


# --- Attendance ---------------------------------------------------------------------------------
def test_a_code_checks_in_and_the_result_stays(world):
    _offering, session, _enrolment = world.running()
    client = client_of(world.secretary)
    page = client.get(url("check-in"))
    assert [entry["is_open"] for entry in page.context["entries"]] == [True]
    code = codes.code_at(session.public_id, timezone.now())
    spaced = f"{code[:3]} {code[3:]}".translate({48 + d: 0xFF10 + d for d in range(10)})

    done = client.post(url("session-check-in", session), {"code": spaced}, follow=True)
    again = client.get(url("session-check-in", session))

    assert Attendance.objects.get().mark == "present"
    assert "Present" in text_of(done)
    assert "Present" in text_of(again)


def test_a_wrong_code_is_said_at_the_field(world):
    _offering, session, _enrolment = world.running()

    response = client_of(world.secretary).post(url("session-check-in", session), {"code": "x"})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["code"])


def test_check_in_is_for_those_enrolled(world):
    _offering, session, _enrolment = world.running()

    assert client_of(world.organiser).get(url("session-check-in", session)).status_code == 403


def test_the_screen_shows_the_code_to_the_base_and_renews_itself(world):
    _offering, session, _enrolment = world.running()
    client = client_of(world.admin)

    whole = client.get(url("session-live", session))
    part = client.get(url("session-live", session), headers={"HX-Request": "true"})

    code = codes.code_at(session.public_id, timezone.now())
    assert whole.context["code"] in (code, codes.code_at(session.public_id, timezone.now()))
    assert (len(whole.context["missing"]), len(whole.context["arrived"])) == (1, 0)
    assert "<html" in text_of(whole)
    assert "<html" not in text_of(part)
    assert part["Cache-Control"] == "no-store"
    assert client_of(world.secretary).get(url("session-live", session)).status_code == 403


def test_before_its_time_the_screen_shows_no_code(world):
    session = world.offering.sessions.get()

    response = client_of(world.admin).get(url("session-live", session))

    assert response.context["code"] == ""


def test_roll_call_close_complete_and_my_hours(world):
    offering, session, enrolment = world.running()
    other = EnrolmentFactory(offering=offering, person=person_in(world.committee))
    client = client_of(world.admin)
    early = client.post(url("session-close", session), follow=True)
    assert "Finish the roll call" in text_of(early)

    client.post(
        url("session-roll-call", session), {f"mark-{enrolment.pk}": "late", "rest": "absent"}
    )
    client.post(url("session-close", session))
    for _ in range(2):
        client.post(url("offering-complete", offering))

    assert {row.enrolment_id: row.mark for row in Attendance.objects.all()} == {
        enrolment.pk: "late",
        other.pk: "absent",
    }
    assert Session.objects.get(pk=session.pk).state == "closed"
    enrolment.refresh_from_db()
    other.refresh_from_db()
    assert (enrolment.state, other.state) == ("completed", "not_completed")
    mine = client_of(world.secretary).get(reverse("records:my-hours"))
    assert mine.context["told"].total == 16
    assert len(mine.context["entries"]) == 1


def test_an_unknown_mark_is_refused_and_the_others_stay_typed(world):
    offering, session, enrolment = world.running()
    other = EnrolmentFactory(offering=offering, person=person_in(world.committee))

    response = client_of(world.admin).post(
        url("session-roll-call", session),
        {f"mark-{enrolment.pk}": "asleep", f"mark-{other.pk}": "late"},
    )

    assert response.status_code == 422
    assert {row.pk: row.chosen for row in response.context["people"]}[other.pk] == "late"
    assert not Attendance.objects.exists()


# --- Today --------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["secretary", "admin", "organiser", "district"])
def test_today_stays_within_its_queries(world, who, django_assert_max_num_queries):
    world.running()
    client = client_of(getattr(world, who))
    client.get(reverse("home"))

    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.get(reverse("home"))

    assert response.status_code == 200


def test_today_tells_a_secretary_and_a_base_what_to_do(world):
    _offering, session, _enrolment = world.running()

    mine = text_of(client_of(world.secretary).get(reverse("home")))
    base = text_of(client_of(world.admin).get(reverse("home")))

    assert url("session-check-in", session) in mine
    assert url("offering-detail", world.offering) in mine
    assert url("session-live", session) in base
