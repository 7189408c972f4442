"""Certificates as their holder, the base, the district and a stranger meet them."""

from __future__ import annotations

import datetime
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts import throttle
from committees.names import masked_name
from core import jobs
from core.models import AuditEvent, Job
from records import services
from records.certificates import paper
from records.models import Certificate, CertificateFile
from tests.documents import page_sizes, page_texts, qr_texts
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import AffiliationFactory, TrainingBaseFactory, make_district
from tests.factories.records import award_for

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 4, 30, 10, tzinfo=datetime.UTC)
PDF = b"%PDF-1.7\n%scan"


class World:
    def __init__(self) -> None:
        self.tree = make_district()
        self.base = TrainingBaseFactory(code="caoyang", host=self.tree.district, name_zh="样本基地")
        self.person = AffiliationFactory(place=self.tree.committees[0]).person
        self.person.name_zh = "张晓丽"
        self.person.save(update_fields=["name_zh"])
        self.holder = user_with("secretary", place=self.person.unit, person=self.person)
        self.admin = user_with("base_admin", base=self.base)
        self.department = user_with("district", place=self.tree.district)
        self.certificate = self.issue()

    def issue(self, **fields) -> Certificate:
        award = award_for(self.person, **fields)
        return services.issue_certificate(actor=None, base=self.base, award=award, at=AT)

    def url(self, name: str) -> str:
        return reverse(f"certificates:{name}", args=[self.certificate.public_id])


@pytest.fixture
def world(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield World()


def check(number: str, code: str, client: Client | None = None):
    page = reverse("certificates:check")
    return (client or Client()).get(page, {"n": number, "c": code})


# --- The public check ---------------------------------------------------------------------------
def test_the_check_page_says_number_class_masked_name_and_state_and_no_more(world) -> None:
    answer = check(world.certificate.number, world.certificate.content["code"])

    page = answer.content.decode()
    for shown in (world.certificate.number, "Lifts in old buildings", "张*丽", "Valid"):
        assert shown in page
    for hidden in ("张晓丽", world.person.unit.name, "8.5", str(world.certificate.public_id)):
        assert hidden not in page
    assert answer.status_code == 200
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_revoked_certificate_says_so(world) -> None:
    services.revoke_certificate(actor=None, certificate=world.certificate, reason="姓名有误")

    page = check(world.certificate.number, world.certificate.content["code"]).content.decode()

    assert "Revoked" in page
    assert "Valid" not in page
    assert "姓名有误" not in page


def test_a_forged_number_and_a_wrong_code_get_the_same_calm_answer(world) -> None:
    forged = check("CAOYANG-2026-9999", world.certificate.content["code"])
    guessed = check(world.certificate.number, "0000-0000-0000")

    for answer in (forged, guessed):
        assert answer.status_code == 200
        assert "No certificate with this number and code is on record." in answer.content.decode()
        assert "张" not in answer.content.decode()


def test_number_and_code_are_taken_as_people_type_them(world) -> None:
    code = world.certificate.content["code"].lower().replace("-", " ")

    assert "Valid" in check(" caoyang－2026－0001", code).content.decode()


def test_nothing_typed_is_said_at_the_field(world) -> None:
    answer = check("", "x")

    assert answer.status_code == 422
    assert 'id="id_n"' in answer.content.decode()
    assert Client().get(reverse("certificates:check")).status_code == 200


def test_guesses_are_counted_before_anything_is_looked_at(world, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "PER_ADDRESS", 3)
    number, code = world.certificate.number, world.certificate.content["code"]
    for _turn in range(5):
        assert check(number, code).status_code == 200  # right ones cost nothing
    for _turn in range(3):
        assert check(number, "0000-0000-0000").status_code == 200

    answer = check(number, code)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 300
    assert "张" not in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张晓丽", "张*丽"),
        ("张丽", "张*"),
        ("欧阳娜娜", "欧阳**"),
        ("欧阳娜", "欧阳*"),
        ("欧阳", "欧*"),
        ("张王丽华", "张**华"),
        ("张 丽", "张*"),
        ("阿不都热合曼·买买提", "阿**·买**"),
        ("Zhu Xiaoli", "Z*** X***"),
        ("𠮷川子", "𠮷*子"),
        ("张", "张*"),
        ("", ""),
    ],
)
def test_a_masked_name_shows_enough_to_compare(name: str, masked: str) -> None:
    assert masked_name(name) == masked


# --- The paper ----------------------------------------------------------------------------------
def test_the_print_is_one_sheet_of_a4_whose_code_leads_to_the_check_page(world) -> None:
    file = paper.keep_print(world.certificate)
    with file.content.open("rb") as opened:
        pdf = opened.read()

    (text,) = page_texts(pdf)
    assert page_sizes(pdf) == [(297, 210)]
    for part in ("张晓丽", world.certificate.number, "加装电梯专题培训班", "8.5", "（盖章）"):
        assert part.replace(" ", "") in text.replace(" ", "")
    (target,) = qr_texts(pdf)
    assert target == world.certificate.content["check_url"]
    parts = urlsplit(target)
    assert "Valid" in Client().get(f"{parts.path}?{parts.query}").content.decode()


def test_the_same_content_prints_the_same_bytes_whatever_happened_since(world) -> None:
    first = paper.pdf_of([world.certificate.content], title="x")
    world.base.name_zh, world.person.name_zh = "别名", "别人"
    world.base.save(update_fields=["name_zh"])
    world.person.save(update_fields=["name_zh"])

    fresh = Certificate.objects.get(pk=world.certificate.pk)
    assert paper.pdf_of([fresh.content], title="x") == first


def test_the_holder_has_it_made_once_and_downloads_it(world) -> None:
    client = client_of(world.holder)
    assert "Make the print" in client.get(world.url("detail")).content.decode()

    client.post(world.url("print"))
    jobs.run_due()
    client.post(world.url("print"))
    jobs.run_due()

    row = CertificateFile.objects.get(kind="print")
    address = reverse("file-open", args=[row.file.public_id])
    assert address in client.get(world.url("detail")).content.decode()
    assert address in client.get(reverse("certificates:mine")).content.decode()
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert world.certificate.number in answer.headers["Content-Disposition"]
    answer.getvalue()
    stranger = user_with("secretary", place=world.tree.committees[1])
    assert client_of(stranger).get(address).status_code == 404


def test_the_base_hands_in_the_scan_of_the_sealed_sheet(world) -> None:
    client = client_of(world.admin)

    refused = client.post(world.url("scan"), {"file": SimpleUploadedFile("印章.pdf", b"<svg/>")})
    taken = client.post(world.url("scan"), {"file": SimpleUploadedFile("盖章件.pdf", PDF)})

    assert refused.status_code == 422
    assert "not a file of an allowed type" in refused.content.decode()
    assert taken.status_code == 302
    row = CertificateFile.objects.get(kind="scan")
    assert row.file.name == "盖章件.pdf"
    assert "盖章件.pdf" in client_of(world.holder).get(world.url("detail")).content.decode()
    assert AuditEvent.objects.filter(action="certificate.add").count() == 1


# --- Revoking and issuing anew ------------------------------------------------------------------
def test_the_district_revokes_with_a_reason_and_the_chain_is_shown(world) -> None:
    client = client_of(world.department)
    assert client.post(world.url("revoke"), {"reason": ""}).status_code == 422

    client.post(world.url("revoke"), {"reason": "姓名有误"})

    page = client.get(world.url("detail")).content.decode()
    assert "姓名有误" in page
    assert "Download" not in page
    again = client.post(world.url("revoke"), {"reason": "再次"})
    assert "has been revoked already" in again.content.decode()


def test_a_cause_nobody_knows_is_not_issued_anew(world) -> None:
    world.certificate = world.issue(source="elsewhere", key="elsewhere:1")
    services.revoke_certificate(actor=None, certificate=world.certificate, reason="更正")

    answer = client_of(world.admin).post(world.url("reissue"), follow=True)

    assert "no longer on record" in answer.content.decode()
    assert Job.objects.count() == 0


# --- Lists --------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["mine", "register"])
def test_lists_ask_the_database_no_more_for_more_rows(world, name: str) -> None:
    client = client_of(world.holder if name == "mine" else world.admin)
    counts = []
    for more in (0, 2):
        for number in range(more):
            world.issue(key=f"class:{number}")
        page = client.get(reverse(f"certificates:{name}"))
        assert world.certificate.number in page.content.decode()
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(f"certificates:{name}"))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 6


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("caoyang-2026", True),
        ("电梯", True),
        ("张晓丽", True),
        ("别的", False),
        ("&state=revoked", False),
        ("&state=issued", True),
    ],
)
def test_the_register_is_searched_by_number_class_name_and_state(world, query, found) -> None:
    page = client_of(world.admin).get(f"{reverse('certificates:register')}?q={query}")

    assert (world.certificate.number in page.content.decode()) is found


def test_a_holder_without_certificates_reads_when_they_come(world) -> None:
    other = user_with("member", place=world.tree.committees[1])

    page = client_of(other).get(reverse("certificates:mine")).content.decode()

    assert "No certificate yet" in page
