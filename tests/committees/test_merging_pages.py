"""The pages of duplicates: found, compared, previewed, merged, undone."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from committees.models import Affiliation, Person, PersonMerge, TwoPeople
from core.crypto import mobile_index
from tests.factories.accounts import UserFactory, client_of, token_of, user_with
from tests.factories.committees import AffiliationFactory, PersonFactory, make_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_district(streets=2, committees=2)


@pytest.fixture
def pair(tree) -> tuple[Person, Person]:
    made = [
        AffiliationFactory(
            person=PersonFactory(name_zh="梅若华", pinyin="mei ruohua", **facts),
            post="committee_member",
            place=tree.committees[0],
        ).person
        for facts in ({"birth_year": 1978}, {"birth_year": 1979, "sex": "f"})
    ]
    return made[0], made[1]


@pytest.fixture
def organiser(tree):
    return user_with("organiser", place=tree.streets[0])


def address(name: str, pair: tuple[Person, Person]) -> str:
    return reverse(f"committees:{name}", args=[pair[0].public_id, pair[1].public_id])


def test_the_list_names_grounds_and_leads_to_the_comparison(pair, organiser) -> None:
    page = client_of(organiser).get(reverse("committees:duplicate-list"), {"page": "9"})

    text = page.content.decode()
    assert (page.status_code, page.context["page"].paginator.count) == (200, 1)
    assert "same unit" in text or "单位相同" in text
    assert address("person-compare", pair) in text


@pytest.mark.parametrize("wanted", [1, 3])
def test_the_list_costs_the_same_for_any_number(
    tree, organiser, wanted, django_assert_max_num_queries
) -> None:
    for number in range(wanted):
        for _ in range(2):
            PersonFactory(name_zh=f"样本{number}号", unit=tree.committees[0])
    client = client_of(organiser)
    client.get(reverse("committees:duplicate-list"))

    with django_assert_max_num_queries(8):
        page = client.get(reverse("committees:duplicate-list"))
    assert len(page.context["page"].object_list) == wanted


@pytest.mark.parametrize("rows", [1, 3])
def test_the_comparison_costs_at_most_twelve_queries(
    pair, tree, organiser, rows, django_assert_max_num_queries
) -> None:
    for person in pair:
        for _ in range(rows):
            AffiliationFactory(person=person, post="other", place=tree.committees[1])
    client = client_of(organiser)
    client.get(address("person-compare", pair))

    with django_assert_max_num_queries(12):
        assert client.get(address("person-compare", pair)).status_code == 200


def test_compare_choose_preview_merge_look_undo(pair, organiser) -> None:
    older, newer = pair
    client = client_of(organiser)
    compared = client.get(address("person-compare", pair))
    assert [line["name"] for line in compared.context["lines"] if line["differs"]] == [
        "fact-sex",
        "fact-birth_year",
    ]
    choice = {"keep": "1", "fact-birth_year": "0"}

    preview = client.post(address("merge-preview", pair), choice)

    assert preview.status_code == 200
    assert dict(preview.context["answers"]) == {
        "keep": "1",
        "fact-sex": "1",
        "fact-birth_year": "0",
    }
    assert PersonMerge.objects.count() == 0
    done = client.post(
        address("merge-do", pair), dict(preview.context["answers"]) | {"reason": "同一人"}
    )
    merge = PersonMerge.objects.get()
    assert (done.status_code, merge.kept_id, merge.reason) == (302, newer.pk, "同一人")
    newer.refresh_from_db()
    assert (newer.birth_year, newer.sex) == (1978, "f")
    assert Affiliation.objects.count() == 1
    look = client.get(reverse("committees:merge-detail", args=[merge.public_id]))
    assert look.context["moved"] == [] or look.status_code == 200
    old_address = client.get(reverse("committees:person-detail", args=[older.public_id]))
    assert old_address.headers["Location"] == reverse(
        "committees:person-detail", args=[newer.public_id]
    )
    undone = client.post(reverse("committees:merge-undo", args=[merge.public_id]), follow=True)
    assert undone.context["left"] == []
    assert Affiliation.objects.count() == 2
    assert client.get(reverse("committees:merge-list")).context["page"].paginator.count == 1
    again = client.post(reverse("committees:merge-undo", args=[merge.public_id]), follow=True)
    assert PersonMerge.objects.get().undone_by in again.content.decode()


def test_the_old_address_leads_on_only_for_those_who_may_see(pair, tree, organiser) -> None:
    client_of(organiser).post(address("merge-do", pair), {})
    gone = PersonMerge.objects.get().gone
    other = user_with("organiser", place=tree.streets[1])

    page = client_of(other).get(reverse("committees:person-detail", args=[gone.public_id]))

    assert page.status_code == 404


def test_a_choice_that_cannot_be_read_is_answered_on_the_same_page(pair, organiser) -> None:
    client = client_of(organiser)
    for name in ("merge-preview", "merge-do"):
        page = client.post(address(name, pair), {"keep": "7", "reason": "x" * 201})
        assert page.status_code == 422
    assert PersonMerge.objects.count() == 0


def test_a_refusal_is_shown_in_the_preview(pair, organiser) -> None:
    for person in pair:
        user_with("district", person=person, place=person.unit)
    client = client_of(organiser)
    preview = client.post(address("merge-preview", pair), {})
    assert len(preview.context["stops"]) == 1

    page = client.post(address("merge-do", pair), {})

    assert page.status_code == 422
    assert PersonMerge.objects.count() == 0


def test_the_reader_chooses_the_account(pair, organiser) -> None:
    accounts = [UserFactory(person=person) for person in pair]
    client = client_of(organiser)
    compared = client.get(address("person-compare", pair))
    ((name, _text, options, chosen),) = compared.context["questions"]
    assert (name, chosen) == ("row-accounts.user", str(accounts[0].pk))
    assert [value for value, _ in options] == [str(user.pk) for user in accounts]

    client.post(address("merge-do", pair), {name: str(accounts[1].pk), "keep": "0"})

    accounts[1].refresh_from_db()
    assert (accounts[1].person_id, accounts[1].is_active) == (pair[0].pk, True)


def test_two_people_and_the_note_taken_back(pair, organiser) -> None:
    client = client_of(organiser)

    client.post(address("note-two", pair), {"reason": "同名"})

    assert TwoPeople.objects.get().reason == "同名"
    listed = client.get(reverse("committees:duplicate-list"))
    assert listed.context["page"].paginator.count == 0
    assert client.post(address("note-two", pair), {"reason": "x" * 201}).status_code == 422
    client.post(address("note-withdraw", pair))
    assert TwoPeople.objects.count() == 0


def test_the_tile_of_the_organiser_counts_pairs(pair, organiser, tree) -> None:
    page = client_of(organiser).get(reverse("home")).content.decode()
    assert "tile-duplicates" in page
    assert reverse("committees:duplicate-list") in page

    other = client_of(user_with("organiser", place=tree.streets[1]))
    assert "tile-duplicates" not in other.get(reverse("home")).content.decode()


def test_the_api_lists_notes_and_merges(pair, organiser, client) -> None:
    Person.objects.update(mobile_index=mobile_index("13800001234"))
    headers = {"Authorization": f"Bearer {token_of(organiser, may_write=True)}"}

    def post(name: str, body: dict[str, Any]) -> Any:
        path = reverse(f"api:{name}")
        return client.post(path, body, content_type="application/json", headers=headers)

    listed = client.get(reverse("api:list_duplicates"), headers=headers).json()
    assert (listed["count"], listed["items"][0]["likelihood"]) == (1, "very_likely")
    ids = [str(person.public_id) for person in pair]
    assert post("note_two_people", {"one": ids[0], "two": ids[1]}).status_code == 204
    refused = post("merge_records", {"kept": ids[0], "gone": ids[1]})
    assert (refused.status_code, refused.json()["code"]) == (422, "merge_refused")
    TwoPeople.objects.all().delete()
    merged = post("merge_records", {"kept": ids[0], "gone": ids[1], "take": []})
    assert merged.status_code == 200
    assert PersonMerge.objects.get().public_id.hex == merged.json()["public_id"].replace("-", "")
