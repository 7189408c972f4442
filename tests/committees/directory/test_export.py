"""Taking a view of the directory out: who may, what is in it, what stays on record."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from django.urls import reverse

from committees.services import directory
from committees.services.people import create_person
from core.models import AuditEvent
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import AffiliationFactory, TrainingBaseFactory, make_district

pytestmark = pytest.mark.django_db
EXPORT = reverse("committees:person-export")


@pytest.fixture
def tree():
    tree = make_district("晨光", streets=2, committees=2)
    for name, place in (("曾丽娟", tree.committees[0]), ("查任", tree.committees[2])):
        person = create_person(actor=None, name_zh=name, mobile="13800001234")
        since = datetime.date(2024, 3, 9)
        AffiliationFactory(person=person, place=place, from_on=since)
    return tree


@pytest.fixture
def district(tree):
    return client_of(user_with("district", place=tree.district, language="en"))


def test_the_sheet_holds_exactly_the_view_with_masked_numbers(district, tree):
    url = f"{EXPORT}?place={tree.streets[0].pk}&post=secretary"
    assert "Party secretary" in district.get(url).content.decode()

    response = district.post(url, {"purpose": "年度核对"})

    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows == [
        ["Name", "Post", "Unit", "Belongs to", "Mobile", "In post since"],
        [
            "Zeng Lijuan",
            "Party secretary",
            tree.committees[0].name,
            tree.streets[0].name,
            "138****1234",
            "2024-03-09",
        ],
    ]


def test_purpose_view_and_number_stay_on_record(district, tree):
    district.post(f"{EXPORT}?sex=unknown", {"purpose": " 年度  核对 "})

    act = AuditEvent.objects.get(action="person.export")
    assert (act.reason, act.object_id) == ("年度 核对", str(tree.district.pk))
    assert act.after == {"rows": 2, "view": {"Sex": "Not known"}}


@pytest.mark.parametrize("purpose", ["", " ", "x", "x" * 201])
def test_without_a_purpose_nothing_leaves(district, purpose):
    response = district.post(EXPORT, {"purpose": purpose})

    assert response.status_code == 422
    assert response.context["form"].errors["purpose"]
    assert not AuditEvent.objects.filter(action="person.export").exists()


def test_too_many_people_are_asked_for_in_parts(district, monkeypatch):
    monkeypatch.setattr(directory, "MOST_EXPORTED", 1)

    response = district.post(EXPORT, {"purpose": "年度核对"})

    assert response.status_code == 422
    assert "more than 1 people" in response.content.decode()
    assert not AuditEvent.objects.filter(action="person.export").exists()


def test_nobody_is_no_list(district):
    response = district.post(f"{EXPORT}?sex=f", {"purpose": "年度核对"})

    assert response.status_code == 422
    assert "There is nobody in this view." in response.content.decode()


def test_a_role_that_only_reads_takes_nothing_out_nor_does_it_widen_the_list(tree):
    """A base administrator reads the district; as organiser she exports her sub-district."""
    base = TrainingBaseFactory(host=tree.streets[0], districts=[tree.district])
    admin = user_with("base_admin", base=base)
    assert client_of(admin).post(EXPORT, {"purpose": "年度核对"}).status_code == 403
    both = user_with("base_admin", base=base)
    both.grants.create(
        role="organiser",
        place=tree.streets[1],
        from_on=datetime.date(2020, 1, 1),
        review_on=datetime.date(2099, 1, 1),
    )

    response = client_of(both).post(EXPORT, {"purpose": "年度核对"})

    text = response.content.decode()
    assert "查任" in text
    assert "曾丽娟" not in text


def test_former_people_and_guests_are_not_taken_out(district):
    assert district.post(f"{EXPORT}?who=former", {"purpose": "年度核对"}).status_code == 403
