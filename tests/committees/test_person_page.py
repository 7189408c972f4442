"""A person's page: what each reader sees of it, and showing a whole number."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.services.people import create_person
from core.models import AuditEvent
from core.registries import person_sections
from records.services.posting import post_hours
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import (
    AffiliationFactory,
    PersonFactory,
    TrainingBaseFactory,
    make_district,
)
from tests.factories.courses import EnrolmentFactory, OfferingFactory
from tests.factories.records import HourEntryFactory, posting
from tests.factories.tutors import PairingFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def tree():
    return make_district("晨光", streets=2, committees=3)


@pytest.fixture
def organiser(tree):
    return client_of(user_with("organiser", place=tree.streets[0], language="en"))


def page_of(person):
    return reverse("committees:person-detail", args=[person.public_id])


def known_person(**facts):
    return create_person(
        actor=None,
        name_zh="曾丽娟",
        sex="f",
        birth_year=1984,
        birth_month=5,
        education="bachelor",
        is_party_member=True,
        mobile="13800001234",
        source="年度花名册",
        **facts,
    )


# --- Facts and posts ----------------------------------------------------------------------------
def test_what_is_known_stands_with_its_source(organiser, tree):
    person = known_person()
    AffiliationFactory(person=person, place=tree.committees[0])

    text = organiser.get(page_of(person)).content.decode()

    for wanted in ("Female", "May 1984", "Bachelor", "年度花名册", "138****1234"):
        assert wanted in text


def test_posts_run_back_in_time_the_open_ones_first(organiser, tree):
    person = known_person()
    day = datetime.date
    old = AffiliationFactory(
        person=person,
        place=tree.committees[1],
        post="committee_member",
        from_on=day(2015, 1, 1),
        to_on=day(2019, 12, 31),
    )
    open_since = AffiliationFactory(
        person=person, place=tree.committees[0], from_on=day(2020, 1, 1), source="assigned"
    )
    unknown = AffiliationFactory(
        person=person, place=tree.committees[0], post="committee_head", note_zh="一肩挑"
    )

    response = organiser.get(page_of(person))

    assert response.context["services"] == [open_since, unknown, old]
    text = response.content.decode()
    for wanted in ("Assigned by the organisation", "一肩挑", "first day not known", "31 Dec 2019"):
        assert wanted in text


def test_a_secretary_has_an_own_page_and_no_other(tree):
    service = AffiliationFactory(place=tree.committees[0])
    client = client_of(user_with("secretary", place=tree.committees[0], person=service.person))

    assert client.get(page_of(service.person)).status_code == 200
    other = AffiliationFactory(place=tree.committees[1]).person
    assert client.get(page_of(other)).status_code == 404


def test_a_guest_shows_name_unit_and_mask_only(tree):
    base = TrainingBaseFactory(host=tree.streets[0], districts=[tree.district])
    guest = known_person()
    elsewhere = make_district("他").committees[0]
    AffiliationFactory(person=guest, place=elsewhere, note_zh="旁注")
    ours = EnrolmentFactory(offering=OfferingFactory(base=base, title_zh="本班"), person=guest)
    EnrolmentFactory(offering=OfferingFactory(title_zh="他班"), person=guest)
    client = client_of(user_with("base_admin", base=base, language="en"))

    text = client.get(page_of(guest)).content.decode()

    for wanted in (elsewhere.name, "138****1234", ours.offering.title):
        assert wanted in text
    for hidden in ("Female", "1984", "Bachelor", "年度花名册", "旁注", "他班"):
        assert hidden not in text


def verified(person, place, quarters):
    facts = {"unit": place, "quarters": quarters, "session_on": timezone.localdate()}
    return post_hours(actor=None, posting=posting(person, **facts), verified=True)


# --- What higher apps know ----------------------------------------------------------------------
def test_every_app_that_knows_people_has_a_section():
    assert person_sections.keys() == ["hours", "certificates", "classes", "tutoring"]


def test_sections_show_the_records_of_my_area_only(organiser, tree):
    person = known_person()
    AffiliationFactory(person=person, place=tree.committees[0])
    year = timezone.localdate().year
    for place, quarters in ((tree.committees[0], 14), (make_district("他").committees[0], 40)):
        verified(person, place, quarters)
    HourEntryFactory(account__person=person, unit=tree.committees[0], year=year)  # still waits
    here = EnrolmentFactory(person=person, unit=tree.committees[0], offering__title_zh="此处班")
    EnrolmentFactory(person=person, unit=make_district("彼").committees[0])
    PairingFactory(pupil=person, pupil_unit=tree.committees[0], tutor__name_zh="带教人")

    response = organiser.get(page_of(person))

    sections = {section["template"]: section["context"] for section in response.context["sections"]}
    # The year's hours follow the person, as the target does; the other records stay where they are.
    assert sections["records/_person_section.html"]["total"] == 14 + 40
    assert sections["courses/_person_section.html"]["enrolments"] == [here]
    assert len(sections["tutors/_person_section.html"]["pairings"]) == 1


def test_a_base_reads_no_ledger_and_a_person_the_whole_own_one(tree):
    base = TrainingBaseFactory(host=tree.streets[0], districts=[tree.district])
    person = AffiliationFactory(place=tree.committees[0]).person
    verified(person, None, 14)
    admin = client_of(user_with("base_admin", base=base, language="en"))
    own = client_of(user_with("secretary", place=tree.committees[0], person=person, language="en"))

    assert "section-hours" not in admin.get(page_of(person)).content.decode()
    text = own.get(page_of(person)).content.decode()
    assert "section-hours" in text
    assert "3.5" in text


# --- The whole number ---------------------------------------------------------------------------
def test_the_whole_number_is_shown_once_for_a_purpose(organiser, tree):
    person = known_person()
    AffiliationFactory(person=person, place=tree.committees[0])
    reveal = reverse("committees:person-mobile", args=[person.public_id])

    before = organiser.get(page_of(person))
    refused = organiser.post(reveal, {"purpose": " "})
    shown = organiser.post(reveal, {"purpose": "开班通知"})
    after = organiser.get(page_of(person))

    assert "138****1234" in before.content.decode()
    for response in (before, refused, after):
        assert "13800001234" not in response.content.decode()
    assert (refused.status_code, shown.status_code) == (422, 200)
    assert "13800001234" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    acts = AuditEvent.objects.filter(action="person.mobile.reveal")
    assert [(act.reason, act.unit_id) for act in acts] == [("开班通知", tree.committees[0].pk)]
    assert "13800001234" not in str(list(acts.values()))


def test_an_auditor_sees_the_mask_only(tree):
    person = known_person()
    AffiliationFactory(person=person, place=tree.committees[0])
    client = client_of(user_with("auditor", place=tree.district))
    reveal = reverse("committees:person-mobile", args=[person.public_id])

    assert client.post(reveal, {"purpose": "审计"}).status_code == 403
    assert not AuditEvent.objects.filter(action="person.mobile.reveal").exists()


def test_where_no_number_is_kept_none_is_offered(organiser, tree):
    person = PersonFactory()
    AffiliationFactory(person=person, place=tree.committees[0])
    reveal = reverse("committees:person-mobile", args=[person.public_id])

    assert "No number is kept." in organiser.get(page_of(person)).content.decode()
    assert organiser.post(reveal, {"purpose": "开班通知"}).status_code == 422


# --- Queries ------------------------------------------------------------------------------------
def test_the_number_of_queries_does_not_grow(organiser, tree):
    person = known_person()
    AffiliationFactory(person=person, place=tree.committees[0])

    def fill(number: int) -> None:
        for place in tree.committees[:number]:
            AffiliationFactory(person=person, place=place, post="other")
            EnrolmentFactory(person=person, unit=tree.committees[0])
            PairingFactory(pupil=person, pupil_unit=tree.committees[0], state="terminated")
            verified(person, tree.committees[0], 4)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert organiser.get(page_of(person)).status_code == 200
        return len(seen)

    fill(1)
    organiser.get(page_of(person))
    few = queries()
    fill(3)

    assert queries() == few
    assert few <= MOST_QUERIES
