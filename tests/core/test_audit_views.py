"""The audit trail on a page: who sees what of it, and how it is found."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import audit, seals, verification
from core.models import AuditEvent, Heartbeat
from tests.factories.accounts import UserFactory, client_of, user_with
from tests.factories.committees import PersonFactory, make_district

pytestmark = pytest.mark.django_db


def act(action: str = "place.update", actor: Any = None, **changes: Any) -> AuditEvent:
    part = Heartbeat(name=changes.pop("name", "part"), at=timezone.now())
    audit.record(actor=actor, action=action, obj=part, **changes)
    return AuditEvent.objects.latest("pk")


def shown(browser: Client, **query: Any) -> list[AuditEvent]:
    response = browser.get(reverse("audit-list"), query)
    assert response.status_code == 200
    return [row.event for row in response.context["rows"]]


@pytest.fixture
def auditor() -> Client:
    return client_of(user_with("auditor", language="en"))


def test_an_auditor_sees_every_act_newest_first(auditor: Client) -> None:
    first, second = act(), act()

    assert shown(auditor) == [second, first]


def test_a_district_sees_acts_about_units_of_its_own_tree_only() -> None:
    own, other = make_district("本"), make_district("他")
    browser = client_of(user_with("district", place=own.district))
    mine = act(unit_id=own.committees[0].pk)
    act(unit_id=other.committees[0].pk)
    act()

    assert shown(browser) == [mine]


def test_an_auditor_of_one_place_sees_that_place_only() -> None:
    own = make_district("本")
    browser = client_of(user_with("auditor", place=own.district))
    mine = act(unit_id=own.district.pk)
    act()

    assert shown(browser) == [mine]


@pytest.mark.parametrize("role", ["organiser", "secretary", ""])
def test_others_may_not_read_it(role: str) -> None:
    place = {"place": make_district().streets[0]} if role else {}

    assert client_of(user_with(role, **place)).get(reverse("audit-list")).status_code == 403


def test_an_english_reader_reads_the_name_in_her_script_and_as_recorded(auditor: Client) -> None:
    actor = UserFactory(person=PersonFactory(name_zh="许明远", pinyin="xu mingyuan"))
    act(actor=actor)

    page = auditor.get(reverse("audit-list")).content.decode()

    assert "Xu Mingyuan" in page
    assert "许明远" in page


def test_acts_are_found_by_person_object_action_and_day(auditor: Client) -> None:
    wang = UserFactory(username="wang")
    by_wang = act(actor=wang)
    about = act(name="other")
    reveal = act("person.mobile.reveal")

    assert shown(auditor, who="wan") == [by_wang]
    assert shown(auditor, actor=wang.pk) == [by_wang]
    assert shown(auditor, kind="core.heartbeat", key="other") == [about]
    assert shown(auditor, act="reveal") == [reveal]
    assert shown(auditor, act="shown in full") == [reveal]
    assert len(shown(auditor, begin=timezone.localdate().isoformat())) == 3
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert shown(auditor, end=yesterday.isoformat()) == []


def test_a_wrong_day_is_said_and_narrows_nothing(auditor: Client) -> None:
    event = act()

    response = auditor.get(reverse("audit-list"), {"begin": "31.31."})

    assert [row.event for row in response.context["rows"]] == [event]
    assert response.context["filter"].errors.keys() == {"begin"}


def test_before_and_after_are_told_in_words(auditor: Client) -> None:
    act(before={"at": None, "flag": True}, after={"at": "2026", "flag": False})

    (row,) = auditor.get(reverse("audit-list")).context["rows"]

    assert row.act == "changed"
    assert row.kind == "heartbeat"
    assert [(c.label, c.before, c.after) for c in row.changes] == [
        ("last seen", "—", "2026"),
        ("flag", "yes", "no"),
    ]


def test_addresses_are_for_auditors_and_not_for_districts(auditor: Client) -> None:
    tree = make_district()
    with audit.origin(door="web", address="192.0.2.9"):
        act(unit_id=tree.district.pk)
    district = client_of(user_with("district", place=tree.district))

    assert "192.0.2.9" in auditor.get(reverse("audit-list")).content.decode()
    assert "192.0.2.9" not in district.get(reverse("audit-list")).content.decode()


def test_the_page_says_when_the_chain_was_found_intact_or_broken(
    auditor: Client, settings: Any, tmp_path: Any
) -> None:
    settings.AUDIT_ANCHOR = str(tmp_path / "anchor")
    page = reverse("audit-list")
    act()
    assert "not been checked yet" in auditor.get(page).content.decode()
    assert "wait for their seal" in auditor.get(page).content.decode()

    seals.seal()
    verification.run()
    assert "Chain intact as of" in auditor.get(page).content.decode()

    settings.AUDIT_KEY = "another key, as long as a key must be"
    verification.run()
    assert "The chain does not fit" in auditor.get(page).content.decode()


def test_the_page_takes_the_same_queries_for_one_and_many(
    auditor: Client, django_assert_num_queries: Any
) -> None:
    act()
    with django_assert_num_queries(9) as first:
        shown(auditor)
    for _ in range(60):
        act()

    with django_assert_num_queries(len(first.captured_queries)):
        assert len(shown(auditor)) == 50
