"""The training file: everything of a year on paper, and of somebody else only for a purpose."""

from __future__ import annotations

import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook

from core import jobs
from core.models import AuditEvent, Job
from records import services, training_file
from records.reading import person_year
from records.training_file import NotYourPerson, PurposeMissing
from tests.documents import page_sizes, page_texts
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import AffiliationFactory, TrainingBaseFactory, make_district
from tests.factories.records import award_for, posting

pytestmark = pytest.mark.django_db


class World:
    def __init__(self) -> None:
        self.tree = make_district()
        self.year = timezone.localdate().year
        self.person = AffiliationFactory(place=self.tree.committees[0]).person
        self.person.name_zh = "张晓丽"
        self.person.save(update_fields=["name_zh"])
        self.owner = user_with("secretary", place=self.person.unit, person=self.person)
        self.organiser = user_with("organiser", place=self.tree.streets[0])
        day = datetime.date(self.year, 1, 5)
        services.post_all(
            actor=None,
            postings=[posting(self.person, session_on=day, title_zh="加装电梯")],
            verified=True,
        )
        base = TrainingBaseFactory(code="caoyang", host=self.tree.district)
        services.issue_certificate(actor=None, base=base, award=award_for(self.person))

    def made(self, form: str, actor=None, purpose: str = "") -> bytes:
        job = training_file.ask(
            actor=actor or self.owner,
            person=self.person,
            year=self.year,
            form=form,
            purpose=purpose,
        )
        jobs.run_due()
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.message
        assert job.file is not None
        with job.file.content.open("rb") as file:
            return file.read()

    @property
    def page(self) -> str:
        return reverse("certificates:training-file", args=[self.person.public_id])


@pytest.fixture
def world(settings):
    with translation.override("zh-hans"):
        yield World()


def test_the_pdf_holds_cover_posts_hours_classes_and_certificates(world) -> None:
    pdf = world.made("pdf")

    text = "".join(page_texts(pdf))
    assert page_sizes(pdf)[0] == (210, 297)
    for part in (
        "培训档案",
        "张晓丽",
        "（盖章）",
        "任职",
        "分类学时",
        "学时明细",
        "加装电梯",
        "班次",
    ):
        assert part in text
    assert f"CAOYANG-{world.year}-0001" in text


def test_the_sheets_hold_the_same_with_figures_as_figures(world) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(world.made("xlsx")))

    rows = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert list(rows)[1:] == ["任职经历", "分类学时", "学时明细", "班次", "结业证书"]
    entry = rows["学时明细"][1]
    assert entry[:2] == [datetime.date(world.year, 1, 5), "加装电梯"]
    assert entry[4] == 4.0
    assert rows["结业证书"][1][2] == 8.5


def test_every_entry_says_whether_it_counts_and_why(world) -> None:
    shown = person_year(world.person, world.year, timezone.localdate())
    (_posts, _categories, entries, *_rest), cover = training_file.outline(shown)

    (row,) = entries.rows
    assert row[4:6] == (16, shown.entries[0].line.counted)
    assert row[7] == str(shown.entries[0].line.why.label)
    assert dict(cover.facts)["姓名"] == "张晓丽"


def test_somebody_else_says_for_what_and_it_stays_on_record(world) -> None:
    with pytest.raises(PurposeMissing):
        training_file.ask(
            actor=world.organiser, person=world.person, year=world.year, form="pdf", purpose=" "
        )
    assert not Job.objects.exists()

    world.made("pdf", world.organiser, "年度考核")

    (event,) = AuditEvent.objects.filter(action="training_file.export")
    assert (event.actor_id, event.reason) == (world.organiser.pk, "年度考核")
    assert event.object_id == str(world.person.public_id)


def test_ones_own_needs_no_purpose_and_leaves_no_row(world) -> None:
    world.made("xlsx")

    assert not AuditEvent.objects.filter(action="training_file.export").exists()


def test_who_does_not_answer_for_the_person_gets_nothing(world) -> None:
    stranger = user_with("organiser", place=world.tree.streets[1])

    with pytest.raises(NotYourPerson):
        training_file.ask(
            actor=stranger, person=world.person, year=world.year, form="pdf", purpose="考核"
        )
    assert client_of(stranger).get(world.page).status_code == 404


def test_rights_are_asked_again_when_the_file_is_made(world) -> None:
    job = training_file.ask(
        actor=world.organiser, person=world.person, year=world.year, form="pdf", purpose="考核"
    )
    world.organiser.grants.all().delete()

    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.file) == (Job.State.FAILED, None)


def test_the_page_asks_for_year_form_and_of_others_a_purpose(world) -> None:
    own, other = client_of(world.owner), client_of(world.organiser)
    asked = {"year": world.year, "form": "pdf"}

    assert "用途" not in own.get(world.page).content.decode()
    assert own.post(world.page, asked).status_code == 302
    refused = other.post(world.page, asked)
    assert refused.status_code == 422
    assert "请填写查阅培训档案的用途" in refused.content.decode()
    assert other.post(world.page, asked | {"purpose": "年度考核"}).status_code == 302
    assert own.post(world.page, asked | {"year": "1899"}).status_code == 422
