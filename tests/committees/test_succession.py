"""Closed places: who took over is said by a person, once, and kept with its reason."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from committees.models import Closure, Place, RegisterChange, Successor
from committees.services.succession import WrongSuccessor, decide_closure
from core import registries
from core.models import AuditEvent
from tests.factories.accounts import user_with
from tests.factories.committees import AffiliationFactory, District, make_district

pytestmark = pytest.mark.django_db
ON = datetime.date(2021, 1, 1)


@pytest.fixture
def tree() -> District:
    return make_district(streets=1, committees=4)


@pytest.fixture
def closure(tree: District) -> Closure:
    """The first committee is closed; the second one is proposed as its successor."""
    gone, follower = tree.committees[:2]
    gone.closed_on = ON
    gone.save(update_fields=["closed_on"])
    made = Closure.objects.create(
        place=gone, edition=2021, closed_on=ON, finding=Closure.Finding.NOWHERE
    )
    Successor.objects.create(closure=made, place=follower, why=Successor.Why.ALIKE)
    return made


def confirmed(closure: Closure) -> set[Place]:
    return {one.place for one in closure.successors.filter(confirmed=True)}


def test_a_proposal_is_confirmed(closure: Closure, tree: District) -> None:
    district = user_with("district", place=tree.district)

    decide_closure(actor=district, closure=closure, successors=[tree.committees[1]])

    closure.refresh_from_db()
    assert closure.state == Closure.State.CONFIRMED
    assert confirmed(closure) == {tree.committees[1]}
    assert closure.decided_by == str(district)
    assert AuditEvent.objects.get(action="closure.confirm").unit_id == closure.place_id


def test_a_split_has_several_successors_also_unproposed_ones(
    closure: Closure, tree: District
) -> None:
    decide_closure(actor=None, closure=closure, successors=tree.committees[1:3])

    assert confirmed(closure) == set(tree.committees[1:3])
    assert closure.successors.get(place=tree.committees[2]).why == Successor.Why.CHOSEN


def test_nobody_took_over_needs_a_reason(closure: Closure) -> None:
    with pytest.raises(WrongSuccessor):
        decide_closure(actor=None, closure=closure, successors=[], reason="  ")

    decide_closure(actor=None, closure=closure, successors=[], reason="整体拆迁")

    closure.refresh_from_db()
    assert (closure.state, closure.reason) == (Closure.State.ENDED, "整体拆迁")


def test_it_is_decided_once(closure: Closure, tree: District) -> None:
    decide_closure(actor=None, closure=closure, successors=[tree.committees[1]])

    with pytest.raises(WrongSuccessor):
        decide_closure(actor=None, closure=closure, successors=[tree.committees[2]])
    assert confirmed(closure) == {tree.committees[1]}


@pytest.mark.parametrize("wrong", ["itself", "closed", "street"])
def test_what_cannot_follow_is_refused(wrong: str, closure: Closure, tree: District) -> None:
    Place.objects.filter(pk=tree.committees[3].pk).update(closed_on=ON)
    tree.committees[3].refresh_from_db()
    place = {"itself": closure.place, "closed": tree.committees[3], "street": tree.streets[0]}

    with pytest.raises(WrongSuccessor):
        decide_closure(actor=None, closure=closure, successors=[place[wrong]])
    assert Closure.objects.get().state == Closure.State.PROPOSED


def test_higher_apps_are_told(
    closure: Closure, tree: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, Any]] = []
    event = registries.Event("place succeeded")
    event.add("test", lambda **facts: told.append(facts))
    monkeypatch.setattr(registries, "place_succeeded", event)

    decide_closure(actor=None, closure=closure, successors=[tree.committees[1]])

    assert [(fact["place"], fact["successors"], fact["on"]) for fact in told] == [
        (closure.place, [tree.committees[1]], ON)
    ]


def test_records_and_people_stay_with_the_closed_place(closure: Closure, tree: District) -> None:
    service = AffiliationFactory(place=closure.place)

    decide_closure(actor=None, closure=closure, successors=[tree.committees[1]])

    service.refresh_from_db()
    assert (service.place, service.to_on) == (closure.place, None)


@pytest.fixture
def district(client: Client, tree: District) -> Client:
    client.force_login(user_with("district", place=tree.district))
    return client


def test_the_page_takes_another_place_by_its_full_name(
    district: Client, closure: Closure, tree: District
) -> None:
    address = reverse("committees:closure-decide", args=[closure.pk])

    answer = district.post(address, {"other": tree.committees[2].name_zh})

    assert answer.status_code == 302
    assert confirmed(closure) == {tree.committees[2]}


@pytest.mark.parametrize("other", ["不存在居委会", "310199999999", "9" * 80])
def test_a_name_that_nobody_bears_is_said_at_the_field(
    other: str, district: Client, closure: Closure
) -> None:
    answer = district.post(
        reverse("committees:closure-decide", args=[closure.pk]), {"other": other}
    )

    assert answer.status_code == 422
    assert "other" in answer.context["form"].errors
    assert other in answer.content.decode()


def test_an_organiser_reads_and_does_not_decide(
    client: Client, closure: Closure, tree: District
) -> None:
    client.force_login(user_with("organiser", place=tree.streets[0]))
    address = reverse("committees:closure-decide", args=[closure.pk])

    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "并入"}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_every_length(
    rows: int, district: Client, tree: District, django_assert_num_queries: Any
) -> None:
    for place in tree.committees[:rows]:
        AffiliationFactory(place=place)
        Closure.objects.create(
            place=place, edition=2021, closed_on=ON, finding=Closure.Finding.NOWHERE
        )
    for closure in Closure.objects.all():
        Successor.objects.create(closure=closure, place=tree.committees[3], why=Successor.Why.NEW)

    with django_assert_num_queries(8):
        page = district.get(reverse("committees:register-list"))

    assert len(page.context["page"]) == rows


def test_the_report_shows_and_lists_what_lies_in_the_own_district(
    district: Client, tree: District
) -> None:
    foreign = make_district("他")
    for place in (*tree.committees[:2], foreign.committees[0]):
        RegisterChange.objects.create(
            edition=2021, place=place, kind="renamed", before="旧名", after=place.name_zh
        )
    address = reverse("committees:register-report", args=[2021])

    page = district.get(address)
    sheet = district.get(f"{address}?as=csv").content.decode()

    assert page.context["total"] == 2
    assert sheet.count("旧名") == 2
    assert foreign.committees[0].name_zh not in sheet
