"""Which value of a rule holds where and when, and why."""

import ast
import datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from committees.models import PolicyCheck, PolicyValue
from committees.policies import kept_rules, policies, policy, snapshot
from committees.policy_standing import SourceState, standings
from core.registries import policy_keys
from tests.factories.committees import make_district

pytestmark = pytest.mark.django_db
DAY = datetime.date


def value(district, number, from_on, to_on=None):
    return PolicyValue.objects.create(
        key="hours.secretary_year",
        district=district,
        value=number,
        from_on=from_on,
        to_on=to_on,
        source_zh="本区规定",
    )


def test_the_default_comes_with_its_source_and_says_that_it_has_expired():
    answer = policy("hours.secretary_year", None, DAY(2026, 5, 1))

    assert (answer.value, answer.grade, answer.is_default) == (56, "C", True)
    assert answer.source_expired_on == DAY(2023, 12, 31)
    assert "2019" in answer.source_zh


def test_party_members_have_32_hours_by_the_regulation():
    answer = policy("hours.party_member_year", None, DAY(2026, 5, 1))

    assert (answer.value, answer.grade, answer.source_expired_on) == (32, "A", None)


def test_a_district_comes_before_everywhere_and_the_latest_day_before_an_earlier_one():
    tree, other = make_district(), make_district("别处")
    value(None, 60, DAY(2024, 1, 1))
    value(tree.district, 64, DAY(2024, 1, 1), DAY(2024, 12, 31))
    value(tree.district, 72, DAY(2025, 1, 1))

    here, there = tree.committees[0], other.committees[0]
    asked = [
        policy("hours.secretary_year", place, day).value
        for place, day in (
            (here, DAY(2026, 1, 1)),
            (here, DAY(2024, 6, 1)),
            (there, DAY(2026, 1, 1)),
            (here, DAY(2023, 1, 1)),
        )
    ]

    assert asked == [72, 64, 60, 56]


def test_a_value_holds_through_its_last_day():
    value(None, 60, DAY(2024, 1, 1), DAY(2024, 12, 31))

    assert policy("hours.secretary_year", None, DAY(2024, 12, 31)).value == 60
    assert policy("hours.secretary_year", None, DAY(2025, 1, 1)).value == 56


def test_a_rule_nobody_registered_is_a_mistake_of_the_programmer():
    with pytest.raises(KeyError):
        policy("hours.unheard_of", None, DAY(2026, 1, 1))


def test_many_rules_are_read_in_one_query():
    tree = make_district()
    value(tree.district, 60, DAY(2026, 1, 1))

    with CaptureQueriesContext(connection) as counted:
        found = policies(policy_keys.keys(), tree.committees[0], DAY(2026, 5, 1))

    assert len(counted) == 1
    assert (found["hours.secretary_year"].value, found["leave.max_fraction"].value) == (60, "1/7")


def test_two_values_of_a_rule_never_hold_on_one_day():
    tree = make_district()
    value(tree.district, 60, DAY(2026, 1, 1), DAY(2026, 6, 30))
    value(None, 61, DAY(2026, 1, 1))
    value(tree.district, 62, DAY(2026, 7, 1))

    for district, begin, end in (
        (tree.district, DAY(2026, 6, 30), DAY(2026, 6, 30)),
        (tree.district, DAY(2025, 1, 1), None),
        (None, DAY(2027, 1, 1), None),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            value(district, 99, begin, end)

    assert PolicyValue.objects.count() == 3


def test_a_value_that_stands_is_neither_edited_nor_removed_by_anybody():
    row = value(None, 60, DAY(2020, 1, 1))
    rows = PolicyValue.objects.filter(pk=row.pk)

    for act in (
        lambda: rows.update(value=1),
        lambda: rows.update(from_on=DAY(2019, 1, 1)),
        lambda: rows.update(source_zh="别的"),
        rows.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    rows.update(to_on=DAY(2026, 12, 31))
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(to_on=DAY(2027, 12, 31))

    row.refresh_from_db()
    assert (row.value, row.to_on) == (60, DAY(2026, 12, 31))


def test_the_source_of_56_is_shown_as_expired_until_somebody_finds_its_successor():
    tree = make_district()
    day = DAY(2026, 5, 1)

    def state():
        (row,) = standings(tree.committees[0], day, ["hours.secretary_year"])
        return row.state

    before = state()
    check = {"key": "hours.secretary_year", "checked_by": "某某", "checked_on": DAY(2026, 4, 1)}
    PolicyCheck.objects.create(district=tree.district, edition="旧文", **check)
    read_the_old_one = state()
    PolicyCheck.objects.create(
        district=tree.district, edition="新文", source_ends_on=DAY(2028, 12, 31), **check
    )

    expired = SourceState.EXPIRED
    assert [before, read_the_old_one, state()] == [expired, expired, SourceState.VALID]


def test_a_check_in_one_district_says_nothing_about_another():
    tree, other = make_district(), make_district("别处")
    PolicyCheck.objects.create(
        key="leave.max_fraction",
        district=tree.district,
        checked_by="某某",
        checked_on=DAY(2026, 4, 1),
        edition="2013年文件",
    )

    found = [
        standings(side.committees[0], DAY(2026, 5, 1), ["leave.max_fraction"])[0].state
        for side in (tree, other)
    ]

    assert found == [SourceState.VALID, SourceState.UNCHECKED]


def test_a_snapshot_keeps_values_and_whose_they_are():
    tree = make_district()
    value(tree.district, 60, DAY(2026, 1, 1))

    kept = snapshot(["hours.secretary_year", "leave.max_fraction"], tree.district, DAY(2026, 5, 1))

    assert kept == {
        "hours.secretary_year": {"value": 60, "from": "2026-01-01", "own": True},
        "leave.max_fraction": {"value": "1/7", "from": None, "own": False},
    }
    assert [line.value for line in kept_rules(kept)][-1] == "1/7"


def test_rules_say_truly_whether_the_portal_computes_with_them():
    """A key that code asks for is marked so, and no other."""
    asked = set()
    root = Path(__file__).resolve().parents[2]
    for file in root.glob("*/**/*.py"):
        parts = file.relative_to(root).parts
        if parts[0] in ("tests", ".venv", "var") or "migrations" in parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ASKING:
                asked |= {
                    part.value for part in ast.walk(node) if isinstance(part, ast.Constant)
                } & set(policy_keys.keys())

    assert asked - {key for key, rule in policy_keys.items() if rule.computes} == set()


ASKING = ("policy", "policies", "rule", "policy_of")
