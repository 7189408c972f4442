"""The pages of rules: why a figure is as it is, what a change does, what is left to check."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from committees.models import PolicyCheck, PolicyValue
from committees.policies import policy
from core.registries import policy_keys
from records import rules
from records.models import HourEntry
from records.services import post_hours
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import AffiliationFactory, make_district
from tests.factories.records import HourEntryFactory, posting

pytestmark = pytest.mark.django_db
KEY = "hours.secretary_year"
PAGE = f"/hours/rules/{KEY}/"
CHANGE = f"{PAGE}change/"


@pytest.fixture
def side(settings) -> Any:
    settings.LANGUAGE_CODE = "en"
    tree: Any = make_district()
    tree.department = user_with("district", place=tree.district)
    tree.client = client_of(tree.department)
    tree.tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    with translation.override("en"):
        yield tree


def facts(side: Any, **more: Any) -> dict[str, Any]:
    return {
        "v_value": "60",
        "from_on": side.tomorrow.isoformat(),
        "source_zh": "区委组织部文件",
        "grade": "B",
        "act": "preview",
    } | more


def test_why_56_says_source_end_and_that_nobody_has_checked(side):
    secretary = user_with("secretary", place=side.committees[0])

    text = client_of(secretary).get(PAGE).content.decode()

    for shown in ("56 class hours", "2019-2023", "Source expired", "31 Dec 2023", "Nobody"):
        assert shown in text
    assert "Change this rule" not in text


@pytest.mark.parametrize("role", ["secretary", "organiser"])
def test_what_is_left_to_check_is_not_offered_to_those_who_set_no_rules(side, role):
    place = side.committees[0] if role == "secretary" else side.streets[0]
    client = client_of(user_with(role, place=place))

    assert "to-check" not in client.get("/hours/rules/").content.decode()
    assert client.get("/hours/rules/to-check/").status_code == 403
    assert "to-check" in side.client.get("/hours/rules/").content.decode()


def test_the_list_to_check_holds_the_expired_plan_until_its_successor_is_found(side):
    before = side.client.get("/hours/rules/to-check/")
    posted = side.client.post(
        f"{PAGE}check/", {"edition": "Plan 2024-2028", "source_ends_on": "2028-12-31"}
    )
    after = side.client.get("/hours/rules/to-check/")

    assert posted.status_code == 302
    assert (after.context["expired"], after.context["unchecked"]) == (
        before.context["expired"] - 1,
        before.context["unchecked"],
    )
    assert "Plan 2024-2028" in side.client.get(PAGE).content.decode()


def test_a_check_without_an_edition_is_refused_at_its_field_and_keeps_the_rest(side):
    response = side.client.post(f"{PAGE}check/", {"edition": "", "note": "Page 3"})

    assert response.status_code == 422
    assert response.context["check_form"].errors["edition"]
    assert "Page 3" in response.content.decode()
    assert not PolicyCheck.objects.exists()


@pytest.mark.parametrize(
    ("key", "typed", "field"),
    [
        (KEY, {"v_value": "many"}, "v_value"),
        (KEY, {"v_value": "56.5"}, "v_value"),
        ("leave.max_fraction", {"v_value": "a seventh"}, "v_value"),
        ("plan.filing_window", {"v_from": "3-1", "v_to": "2-28"}, "v_to"),
        ("assessment.weights", {"v_exam": "60", "v_regular": "60"}, "v_exam"),
        (KEY, {"to_on": "2000-01-01"}, "to_on"),
        (KEY, {"from_on": "2019-01-01"}, "from_on"),
        (KEY, {"from_on": "soon"}, "from_on"),
        (KEY, {"source_zh": ""}, "source_zh"),
    ],
)
def test_a_wrong_type_or_a_window_of_negative_length_is_refused_at_the_field(
    side, key, typed, field
):
    entry = HourEntryFactory()

    for act in ("preview", "confirm"):
        response = side.client.post(f"/hours/rules/{key}/change/", facts(side, act=act) | typed)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]

    assert not PolicyValue.objects.exists()
    assert list(HourEntry.objects.all()) == [entry]


def test_a_change_shows_who_loses_and_is_made_only_when_confirmed(side):
    person = AffiliationFactory(place=side.committees[0]).person
    day = side.tomorrow.replace(month=1, day=5)
    facts_of_it = posting(person, quarters=57 * 4, session_on=day)
    post_hours(actor=None, posting=facts_of_it, verified=True)

    shown = side.client.post(CHANGE, facts(side))
    none_yet = PolicyValue.objects.count()
    digest = shown.context["preview"].digest
    done = side.client.post(CHANGE, facts(side, act="confirm", digest=digest))

    assert (shown.status_code, none_yet, done.status_code) == (200, 0, 302)
    assert shown.context["preview"].effect.loses == 1
    assert person.name in shown.content.decode()
    assert PolicyValue.objects.get().preview_digest == digest
    assert policy(KEY, side.committees[0], side.tomorrow).value == 60


def test_a_confirmation_of_something_else_shows_the_gains_and_losses_again(side):
    response = side.client.post(CHANGE, facts(side, act="confirm", digest="x"))

    assert response.status_code == 200
    assert "look at the gains and losses again" in response.content.decode()
    assert not PolicyValue.objects.exists()


def test_a_rule_without_a_count_says_what_it_is_used_for_and_from_when(side):
    response = side.client.post(
        "/hours/rules/claim.confirm_days/change/",
        facts(side, v_value="10", v_unit="day"),
    )

    assert response.status_code == 200
    assert "Exercises, dispute panels, claim lists: from" in response.content.decode()


def test_what_has_not_begun_can_be_taken_back_on_the_page(side):
    digest = side.client.post(CHANGE, facts(side)).context["preview"].digest
    side.client.post(CHANGE, facts(side, act="confirm", digest=digest))
    row = PolicyValue.objects.get()

    assert "Take back" in side.client.get(PAGE).content.decode()
    side.client.post(f"{PAGE}withdraw/{row.pk}/")

    assert not PolicyValue.objects.exists()


@pytest.mark.parametrize("path", ["/hours/rules/nothing/", "/hours/rules/?district=99999999"])
def test_a_rule_or_a_district_that_is_none_is_not_found(side, path):
    assert side.client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/hours/rules/", "/hours/rules/to-check/", PAGE, CHANGE])
def test_a_page_asks_as_much_for_many_values_as_for_one(side, path):
    counts = []
    for number in range(3):
        PolicyValue.objects.create(
            key=KEY,
            district=side.district,
            value=60 + number,
            from_on=datetime.date(2020 + number, 1, 1),
            to_on=datetime.date(2020 + number, 12, 31),
            source_zh="区里规定",
        )
        side.client.get(path)
        with CaptureQueriesContext(connection) as counted:
            side.client.get(path)
        counts.append(len(counted))

    assert len(set(counts)) == 1
    assert counts[0] <= 12


def test_the_rules_that_the_ledger_counts_by_say_so():
    assert [key for key in rules.KEYS if not policy_keys.get(key).computes] == []
