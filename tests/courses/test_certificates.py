"""Certificates of a class: asked for by the base, made by a worker, once for each person."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from core import jobs
from core.models import AuditEvent, Job
from courses.errors import NotYourClass, WrongState
from courses.models import Attendance, Enrolment, Offering
from courses.services import certificates as services
from records import services as records
from records.certificates import jobs as certificate_jobs
from records.models import Certificate, CertificateFile
from tests.documents import page_texts
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import TrainingBaseFactory, make_district
from tests.factories.courses import EnrolmentFactory, OfferingFactory, SessionFactory, person_in

pytestmark = pytest.mark.django_db
State = Enrolment.State


class World:
    """A completed class of a base, with people of two units who completed it."""

    def __init__(self, people: int = 3) -> None:
        self.tree = make_district()
        self.base = TrainingBaseFactory(code="caoyang", host=self.tree.district)
        self.admin = user_with("base_admin", base=self.base)
        self.offering: Offering = OfferingFactory(
            base=self.base, state=Offering.State.COMPLETED, title_zh="加装电梯专题培训班"
        )
        self.session = SessionFactory(offering=self.offering, state="closed", quarters=16)
        self.enrolments = [self.enrol(f"学员{n}") for n in range(people)]

    def enrol(self, name: str, state: str = State.COMPLETED) -> Enrolment:
        person = person_in(self.tree.committees[0], name_zh=name)
        row: Enrolment = EnrolmentFactory(offering=self.offering, person=person, state=state)
        Attendance.objects.create(session=self.session, enrolment=row, mark="present")
        return row

    def issue(self) -> Job:
        job = services.issue_class_certificates(actor=self.admin, offering=self.offering)
        jobs.run_due()
        job.refresh_from_db()
        return job


@pytest.fixture
def world(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield World()


def url(name: str, world: World) -> str:
    return reverse(f"courses:offering-certificates{name}", args=[world.offering.public_id])


def test_everybody_who_completed_gets_one_and_nobody_else(world) -> None:
    world.enrol("未结业", State.NOT_COMPLETED)

    job = world.issue()

    assert (job.state, job.done, job.total) == (Job.State.DONE, 3, 3)
    rows = Certificate.objects.order_by("serial")
    assert [row.content["name"] for row in rows] == ["学员0", "学员1", "学员2"]
    assert {row.content["quarters"] for row in rows} == {16}
    assert CertificateFile.objects.filter(kind="print").count() == 3


def test_issuing_again_issues_only_for_those_who_have_none(world) -> None:
    world.issue()
    world.enrol("补录")

    world.issue()
    world.issue()

    assert list(Certificate.objects.order_by("serial").values_list("serial", flat=True)) == [
        1,
        2,
        3,
        4,
    ]


def test_asking_while_the_work_goes_on_is_the_same_work(world) -> None:
    first = services.issue_class_certificates(actor=world.admin, offering=world.offering)
    second = services.issue_class_certificates(actor=world.admin, offering=world.offering)

    assert first == second


def test_the_work_goes_on_in_chunks_and_after_a_break(world, monkeypatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 2)
    broken = iter([True])
    real = certificate_jobs.print_some

    def print_some(certificates):
        if next(broken, False):
            raise ConnectionError
        return real(certificates)

    monkeypatch.setattr(certificate_jobs, "print_some", print_some)
    job = world.issue()
    assert job.state == Job.State.RUNNING
    Job.objects.update(claimed_until=None)

    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.DONE, 3)
    assert list(Certificate.objects.order_by("pk").values_list("serial", flat=True)) == [1, 2, 3]
    assert CertificateFile.objects.count() == 3


def test_a_name_that_cannot_be_printed_has_its_number_and_is_named(world) -> None:
    world.enrol("王\U000323af")

    job = world.issue()

    assert job.state == Job.State.DONE
    assert job.result == {"left_out": ["CAOYANG-2026-0004"]}
    assert CertificateFile.objects.count() == 3


def test_a_name_that_cannot_be_printed_is_marked_before_anything_is_issued(world) -> None:
    client = client_of(world.admin)
    assert "annot be printed" not in client.get(url("", world)).content.decode()

    world.enrol("王\U000323af")
    page = client.get(url("", world)).content.decode()

    assert "Cannot be printed: \U000323af" in page
    assert "1 name holds characters" in page
    assert not Certificate.objects.exists()


# --- Who heads the class --------------------------------------------------------------------------
def head_of(world: World) -> User:
    head = person_in(world.tree.committees[0], name_zh="班主任")
    Offering.objects.update(class_head=head)
    world.offering.refresh_from_db()
    return user_with("", person=head)


def test_who_heads_a_class_reads_and_prints_its_certificates(world) -> None:
    client = client_of(head_of(world))
    world.issue()
    one = Certificate.objects.get(serial=1)

    assert "CAOYANG-2026-0003" in client.get(url("", world)).content.decode()
    assert client.get(reverse("certificates:detail", args=[one.public_id])).status_code == 200
    assert client.post(url("-print", world)).status_code == 302
    jobs.run_due()
    assert Job.objects.latest("pk").done == 3


def test_who_heads_a_class_issues_revokes_and_reissues_none(world) -> None:
    head = head_of(world)
    world.issue()
    one = Certificate.objects.get(serial=1)

    client = client_of(head)
    assert client.post(url("-issue", world)).status_code == 403
    for name in ("revoke", "reissue", "scan"):
        address = reverse(f"certificates:{name}", args=[one.public_id])
        assert client.post(address).status_code == 403
    with pytest.raises(NotYourClass):
        services.issue_class_certificates(actor=head, offering=world.offering)


def test_who_heads_another_class_sees_none_of_these(world) -> None:
    head = head_of(world)
    Offering.objects.update(class_head=None)
    other: Offering = OfferingFactory(base=world.base, state=Offering.State.COMPLETED)
    Offering.objects.filter(pk=other.pk).update(class_head=head.person)
    world.offering.refresh_from_db()
    world.issue()

    client = client_of(head)
    one = Certificate.objects.get(serial=1)
    assert client.get(url("", world)).status_code in (403, 404)
    assert client.get(reverse("certificates:detail", args=[one.public_id])).status_code == 404
    assert client.post(url("-print", world)).status_code in (403, 404)


def test_nothing_is_issued_before_the_class_is_completed_or_by_others(world) -> None:
    stranger = user_with("base_admin", base=TrainingBaseFactory())
    with pytest.raises(NotYourClass):
        services.issue_class_certificates(actor=stranger, offering=world.offering)
    world.offering.state = Offering.State.RUNNING
    with pytest.raises(WrongState):
        services.issue_class_certificates(actor=world.admin, offering=world.offering)


def test_all_standing_certificates_become_one_pdf_for_whoever_asked(world) -> None:
    world.issue()
    gone = Certificate.objects.get(serial=2)
    records.revoke_certificate(actor=None, certificate=gone, reason="更正")

    job = services.bind_class_certificates(actor=world.admin, offering=world.offering)
    jobs.run_due()

    job.refresh_from_db()
    assert job.file is not None
    with job.file.content.open("rb") as file:
        pages = page_texts(file.read())
    assert len(pages) == 2
    assert all("加装电梯专题培训班" in page for page in pages)
    assert job.file.owner_id == world.admin.pk
    (event,) = AuditEvent.objects.filter(action="certificate.export")
    assert event.object_id == str(world.offering.public_id)


def test_a_replacement_says_what_stands_today(world) -> None:
    world.issue()
    old = Certificate.objects.get(serial=1)
    records.revoke_certificate(actor=None, certificate=old, reason="班次名称有误")
    Offering.objects.update(title_zh="加装电梯专题班")

    client = client_of(world.admin)
    answer = client.post(reverse("certificates:reissue", args=[old.public_id]))

    new = Certificate.objects.get(replaces__certificate=old)
    assert answer.status_code == 302
    assert (new.serial, new.title, old.title) == (4, "加装电梯专题班", "加装电梯专题培训班")
    latest = services.latest_certificates(world.offering)
    assert latest[services.key_of(world.enrolments[0])] == new


def test_a_certificate_whose_cause_is_gone_is_not_issued_anew(world) -> None:
    world.issue()
    Enrolment.objects.filter(pk=world.enrolments[0].pk).update(state=State.NOT_COMPLETED)
    old = Certificate.objects.get(serial=1)
    records.revoke_certificate(actor=None, certificate=old, reason="更正")

    client_of(world.admin).post(reverse("certificates:reissue", args=[old.public_id]))

    assert Certificate.objects.count() == 3


def test_the_page_asks_for_them_and_shows_who_has_one(world) -> None:
    client = client_of(world.admin)
    before = client.get(url("", world)).content.decode()

    answer = client.post(url("-issue", world))
    jobs.run_due()

    after = client.get(url("", world)).content.decode()
    assert answer.headers["Location"] == reverse("job-show", args=[Job.objects.get().public_id])
    assert "Issue 3 certificates" in before
    assert before.count("Not issued yet") == 3
    assert "CAOYANG-2026-0003" in after
    assert "Issue 3" not in after
    assert client.post(url("-print", world)).status_code == 302


def test_a_class_that_is_not_completed_says_so(world) -> None:
    Offering.objects.update(state=Offering.State.RUNNING)
    Enrolment.objects.update(state=State.ATTENDING)

    page = client_of(world.admin).get(url("", world)).content.decode()

    assert "The class is not completed yet" in page


def test_an_organiser_sees_the_certificates_of_her_people_only(world) -> None:
    organiser = user_with("organiser", place=world.tree.streets[1])
    world.issue()
    elsewhere = person_in(world.tree.committees_of(world.tree.streets[1])[0], name_zh="邻街")
    EnrolmentFactory(offering=world.offering, person=elsewhere, state=State.COMPLETED)

    page = client_of(organiser).get(url("", world)).content.decode()

    assert elsewhere.unit is not None
    assert elsewhere.unit.name in page
    assert world.tree.committees[0].name not in page
    assert "Issue " not in page


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_asks_the_database_no_more_for_more_people(people: int, db: Any) -> None:
    with translation.override("en"):
        world = World(people)
    world.issue()
    client = client_of(world.admin)
    client.get(url("", world))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url("", world)).status_code == 200

    assert len(queries) == 9


def test_an_unknown_class_is_not_found(world) -> None:
    page = reverse("courses:offering-certificates", args=[uuid.uuid4()])
    assert client_of(world.admin).get(page).status_code == 404
