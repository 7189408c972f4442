"""Certificates: numbered in one line, frozen, revoked and issued anew, never edited."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation

from committees.models import Person
from core.models import AuditEvent
from core.registries import invariant_checks
from notices.models import OutboxItem
from records import services
from records.certificates.content import digest
from records.certificates.errors import AlreadyRevoked, NotCertified, NotReplaceable, NotYours
from records.models import Certificate, CertificateRevocation, CertificateSeries
from tests.factories.accounts import user_with
from tests.factories.committees import PersonFactory, TrainingBaseFactory, make_district
from tests.factories.records import award_for

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 4, 30, 10, tzinfo=datetime.UTC)


@pytest.fixture
def base():
    return TrainingBaseFactory(code="caoyang", name_zh="样本基地")


def issue(base, *awards, at=AT):
    return services.issue_certificates(actor=None, base=base, awards=awards, at=at)


def test_numbers_begin_at_one_and_follow_each_other(base) -> None:
    first, second = issue(base, award_for(), award_for())
    (third,) = issue(base, award_for())

    assert [row.number for row in (first, second, third)] == [
        "CAOYANG-2026-0001",
        "CAOYANG-2026-0002",
        "CAOYANG-2026-0003",
    ]


def test_every_base_and_every_year_counts_for_itself(base) -> None:
    other = TrainingBaseFactory(code="other")
    new_year = datetime.datetime(2026, 12, 31, 16, tzinfo=datetime.UTC)  # midnight in Shanghai

    numbers = [
        services.issue_certificate(actor=None, base=one, award=award_for(), at=at).number
        for one, at in ((base, AT), (other, AT), (base, new_year))
    ]

    assert numbers == ["CAOYANG-2026-0001", "OTHER-2026-0001", "CAOYANG-2027-0001"]


def test_the_same_cause_again_gives_the_certificate_that_stands(base) -> None:
    award, later = award_for(), datetime.datetime(2027, 1, 5, tzinfo=datetime.UTC)
    (first,) = issue(base, award)

    again, new = issue(base, award, award_for(), at=later)

    assert again == first
    assert new.number == "CAOYANG-2027-0001"
    assert Certificate.objects.count() == 2


def test_the_content_is_what_stood_that_day_with_its_hash(base) -> None:
    street = make_district("样本").streets[0]
    committee = street.children.order_by("pk")[0]
    person = PersonFactory(name_zh="张晓丽", unit=committee)
    (row,) = issue(base, award_for(person))
    person.name_zh = "张小丽"
    person.save(update_fields=["name_zh"])

    content = Certificate.objects.get(pk=row.pk).content

    assert content["name"] == "张晓丽"
    assert content["unit"] == committee.name_zh
    assert content["title"] == "加装电梯专题培训班"
    assert (content["begins_on"], content["ends_on"]) == ("2026-04-16", "2026-04-17")
    assert (content["quarters"], content["issuer"]) == (34, "样本基地")
    assert content["issued_on"] == "2026-04-30"
    assert content["check_url"].endswith(
        f"/check/?n={row.number}&c={content['code'].replace('-', '')}"
    )
    assert digest(content) == row.digest


def test_what_nobody_could_certify_gets_no_number(base) -> None:
    early = datetime.date(2026, 4, 1)

    for award in (award_for(quarters=0), award_for(ends_on=early)):
        with pytest.raises(NotCertified):
            issue(base, award_for(), award)

    assert not Certificate.objects.exists()
    (row,) = issue(base, award_for())
    assert row.serial == 1


def test_a_failure_behind_the_number_gives_the_number_back(base, monkeypatch) -> None:
    def broken(*args, **kwargs):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("records.services.certificates.audit.record_all", broken)
        with pytest.raises(RuntimeError):
            issue(base, award_for())

    (row,) = issue(base, award_for())
    assert row.serial == 1
    assert CertificateSeries.objects.get().last == 1


def test_only_the_administrator_of_the_base_issues(base) -> None:
    own = user_with("base_admin", base=base)
    other = user_with("base_admin", base=TrainingBaseFactory())

    assert services.issue_certificate(actor=own, base=base, award=award_for()).issued_by == own
    with pytest.raises(NotYours):
        services.issue_certificate(actor=other, base=base, award=award_for())


def test_issuing_is_on_the_trail_and_told_to_the_person(base) -> None:
    person = PersonFactory(unit=make_district().committees[0])
    user = user_with("secretary", person=person, place=person.unit)

    (row,) = issue(base, award_for(person))
    issue(base, award_for(person))

    (event,) = AuditEvent.objects.filter(action="certificate.issue")
    assert (event.object_id, event.unit_id) == (str(row.public_id), person.unit_id)
    assert event.on_behalf_id == person.pk
    assert OutboxItem.objects.get(channel="inbox").recipient == user


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE records_certificate SET content = '{}'",
        "UPDATE records_certificate SET number = 'X'",
        "DELETE FROM records_certificate",
        "UPDATE records_certificaterevocation SET reason = 'x'",
        "DELETE FROM records_certificaterevocation",
    ],
)
def test_not_even_the_database_lets_anybody_change_or_remove_it(base, sql: str) -> None:
    (row,) = issue(base, award_for())
    services.revoke_certificate(actor=None, certificate=row, reason="姓名有误")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert Certificate.objects.get().content == row.content
    assert CertificateRevocation.objects.get().reason == "姓名有误"


def test_a_number_stands_once_whoever_writes(base) -> None:
    (row,) = issue(base, award_for())
    twin = Certificate.objects.get(pk=row.pk)
    twin.pk, twin.key, twin.public_id, twin.number = (
        None,
        "other",
        twin.account.person.public_id,
        "X",
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_a_revoked_certificate_stays_on_record_with_its_reason(base) -> None:
    (row,) = issue(base, award_for())
    department = user_with("district", place=base.host)

    services.revoke_certificate(actor=department, certificate=row, reason=" 姓名有误 ")

    row = Certificate.objects.with_chain().get()
    assert (row.state, row.revocation.reason) == ("revoked", "姓名有误")
    assert row.revocation.revoked_by == department
    with pytest.raises(AlreadyRevoked):
        services.revoke_certificate(actor=None, certificate=row, reason="再次")


def test_who_may_not_revoke_and_a_missing_reason_are_refused(base) -> None:
    (row,) = issue(base, award_for())

    with pytest.raises(NotYours):
        services.revoke_certificate(
            actor=user_with("base_admin", base=base), certificate=row, reason="x"
        )
    with pytest.raises(NotCertified):
        services.revoke_certificate(actor=None, certificate=row, reason=" ")
    assert not CertificateRevocation.objects.exists()


def test_a_revoked_certificate_is_replaced_once_by_one_with_the_facts_of_today(base) -> None:
    award = award_for()
    (old,) = issue(base, award)
    with pytest.raises(NotReplaceable):
        services.reissue_certificate(actor=None, certificate=old, award=award)
    services.revoke_certificate(actor=None, certificate=old, reason="姓名有误")
    Person.objects.filter(pk=award.person.pk).update(name_zh="张小丽")
    award.person.refresh_from_db()

    new = services.reissue_certificate(actor=None, certificate=old, award=award, at=AT)
    again = services.reissue_certificate(actor=None, certificate=old, award=award, at=AT)

    assert new == again
    assert (new.number, new.content["name"]) == ("CAOYANG-2026-0002", "张小丽")
    assert new.replaces is not None
    assert new.replaces.certificate == old
    assert issue(base, award) == [old]  # the cause keeps its first certificate


def test_a_chain_of_replacements_goes_on(base) -> None:
    award = award_for()
    (row,) = issue(base, award)
    for _turn in range(2):
        services.revoke_certificate(actor=None, certificate=row, reason="更正")
        row = services.reissue_certificate(actor=None, certificate=row, award=award)

    assert [one.key.partition("/")[2] for one in Certificate.objects.order_by("pk")] == [
        "",
        "2",
        "3",
    ]


def test_the_checks_find_a_gap_and_a_content_that_was_exchanged(base) -> None:
    issue(base, award_for(), award_for())
    numbers = invariant_checks.get("certificate numbers")
    contents = invariant_checks.get("certificate contents")
    assert [*numbers(), *contents()] == []

    CertificateSeries.objects.update(last=5)
    series = CertificateSeries.objects.get()
    row = Certificate.objects.latest("pk")
    row.pk, row.key, row.serial, row.number = None, "forged", 4, "CAOYANG-2026-0004"
    row.public_id = row.account.person.public_id
    row.content = row.content | {"name": "别人", "number": row.number}
    row.save(force_insert=True)

    with translation.override("en"):
        assert list(numbers()) == [f"Series {series}: last number 5, but 3 certificates stand."]
        assert list(contents()) == ["Certificate CAOYANG-2026-0004 does not fit its hash."]
