"""Targets follow the services open on a day; the highest wins."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.rules import Rules
from records.targets import NO_TARGET, Basis, Service, Target, history, target_on

DAY = datetime.date
RULES = Rules()


def service(post, begins=None, ends=None, secretary=None, place=1):
    return Service(
        post, post == "secretary" if secretary is None else secretary, begins, ends, place
    )


@pytest.mark.parametrize(
    ("posts", "member", "expected"),
    [
        (["secretary"], True, (224, Basis.SECRETARY)),
        (["committee_member", "secretary"], True, (224, Basis.SECRETARY)),
        (["deputy_secretary"], True, (224, Basis.PARTY_COMMITTEE)),
        (["secretary", "deputy_secretary"], True, (224, Basis.SECRETARY)),
        (["committee_member"], True, (128, Basis.COMMITTEE_ONLY)),
        (["committee_member"], False, (0, Basis.NONE)),
        (["street_cadre", "secretary"], True, (360, Basis.STREET_CADRE)),
        (["community_worker"], True, (128, Basis.PARTY_MEMBER)),
        ([], True, (128, Basis.PARTY_MEMBER)),
        ([], False, (0, Basis.NONE)),
    ],
)
def test_the_highest_of_the_open_posts(posts, member, expected):
    target = target_on([service(post) for post in posts], member, RULES, DAY(2026, 7, 1))

    assert (target.quarters, target.basis) == expected


def test_whoever_is_in_charge_has_a_secretarys_target():
    acting = service("deputy_secretary", secretary=True)

    assert target_on([acting], True, RULES, DAY(2026, 7, 1)).basis == Basis.SECRETARY


def test_a_change_in_mid_year_keeps_its_history():
    services = [
        service("committee_member", DAY(2020, 1, 1), DAY(2026, 6, 30)),
        service("secretary", DAY(2026, 7, 1)),
    ]

    spans = history(services, True, RULES, 2026, DAY(2026, 11, 27))

    assert [(span.from_on, span.to_on, span.target.quarters) for span in spans] == [
        (DAY(2026, 1, 1), DAY(2026, 6, 30), 128),
        (DAY(2026, 7, 1), DAY(2026, 11, 27), 224),
    ]


def test_who_left_keeps_the_target_of_a_party_member():
    left = [service("secretary", DAY(2020, 1, 1), DAY(2026, 3, 31))]

    assert target_on(left, True, RULES, DAY(2026, 4, 1)) == Target(128, Basis.PARTY_MEMBER)
    assert target_on(left, False, RULES, DAY(2026, 4, 1)) == NO_TARGET


DAYS = st.one_of(st.none(), st.dates(DAY(2025, 6, 1), DAY(2027, 6, 1)))
SERVICES = st.lists(
    st.builds(
        Service,
        post=st.sampled_from(["secretary", "committee_member", "street_cadre"]),
        secretary=st.booleans(),
        from_on=DAYS,
        to_on=DAYS,
        place_id=st.integers(1, 5),
    ),
    max_size=6,
)


@given(SERVICES, st.booleans(), st.dates(DAY(2026, 1, 1), DAY(2026, 12, 31)))
def test_history_tells_every_day_once_and_as_it_was(services, member, day):
    spans = history(services, member, RULES, 2026, DAY(2026, 12, 31))

    holding = [span for span in spans if span.from_on <= day <= span.to_on]
    assert len(holding) == 1
    assert holding[0].target == target_on(services, member, RULES, day)
    assert sum((span.to_on - span.from_on).days + 1 for span in spans) == 365


@given(SERVICES, st.booleans(), st.dates(DAY(2026, 1, 1), DAY(2026, 12, 31)))
def test_one_more_post_never_lowers_a_target(services, member, day):
    fewer = target_on(services[1:], member, RULES, day)

    # Who has a post but is no Party member may have no target; a post takes none away.
    assert target_on(services, member, RULES, day).quarters >= fewer.quarters
