"""Pages of tutoring: who sees which pair, and who does what with it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from committees.models import Person, ReportedIndicator, WordSet
from committees.words import forget
from core.scope import Role
from tests.factories.accounts import UserFactory
from tests.factories.tutors import (
    BatchFactory,
    PairingFactory,
    TutorAppointmentFactory,
    person_of,
)
from tests.tutors.conftest import World
from tutors import services
from tutors.models import BatchMention, Pairing
from tutors.reports import batch_report

DAY = datetime.date(2026, 3, 2)


def pair(world: World, state: str = Pairing.State.ACTIVE, **people: Person) -> Pairing:
    tutor, pupil = people.get("tutor", world.tutor), people.get("pupil", world.pupil)
    pairing: Pairing = PairingFactory(
        batch=world.batch,
        tutor=tutor,
        pupil=pupil,
        tutor_unit=tutor.unit,
        pupil_unit=pupil.unit,
        state=state,
        tutor_accepted_at=None if state == Pairing.State.PROPOSED else DAY_TIME,
        pupil_accepted_at=None if state == Pairing.State.PROPOSED else DAY_TIME,
    )
    return pairing


DAY_TIME = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)


def page(client: Client, user: User, name: str, *args: Any) -> Any:
    client.force_login(user)
    return client.get(reverse(f"tutors:{name}", args=args))


def act(client: Client, user: User, name: str, pairing: Pairing, **data: Any) -> Any:
    client.force_login(user)
    return client.post(reverse(f"tutors:{name}", args=[pairing.public_id]), data)


def test_the_list_shows_running_rounds_with_three_figures_and_reported_ones_apart(
    client: Client, world: World
) -> None:
    pair(world)
    pair(world, pupil=person_of(world.tree.committees[1]))
    BatchFactory(
        district=world.tree.district,
        historical=True,
        reported_tutors=39,
        reported_pupils=42,
        reported_pairs=42,
    )

    batches = page(client, world.district_account(), "batch-list").context["page"].object_list

    assert [(b.historical, b.tutor_count, b.pupil_count, b.pair_count) for b in batches] == [
        (False, 1, 2, 2),
        (True, 0, 0, 0),
    ]


def test_tutors_pupils_and_pairs_are_counted_apart_and_ended_pairs_do_not_count(
    world: World,
) -> None:
    for state in (Pairing.State.ACTIVE, Pairing.State.PAUSED, Pairing.State.TERMINATED):
        pair(world, state, pupil=person_of(world.tree.committees[0]))

    report = batch_report(world.batch, [])

    assert (report.tutors, report.pupils, report.pairs, report.underway) == (1, 2, 2, 1)
    assert (report.reached, [street.pupils for street in report.streets]) == (1, [1, 0])


def test_a_reported_round_shows_its_own_figures_and_never_counts_as_complete(
    client: Client, world: World
) -> None:
    batch = BatchFactory(
        district=world.tree.district,
        historical=True,
        reported_tutors=39,
        reported_pupils=42,
        reported_pairs=42,
        source_zh="样本报道",
    )
    PairingFactory(
        batch=batch,
        tutor=world.tutor,
        pupil=world.pupil,
        tutor_unit=world.tutor.unit,
        pupil_unit=world.pupil.unit,
        state=Pairing.State.REPORTED,
    )
    named = person_of(world.tree.committees[0], "报道中人")
    BatchMention.objects.create(
        batch=batch, person=named, unit=world.tree.committees[0], side="pupil"
    )
    ReportedIndicator.objects.create(
        key="sample-coverage",
        label_zh="样本覆盖率",
        label_en="Sample coverage",
        value="80%",
        source_zh="样本报道",
        source_en="Sample",
        place=world.tree.district,
    )

    response = page(client, world.district_account(), "batch-detail", batch.public_id)

    text = response.content.decode()
    assert [sign in text for sign in ("39", "42", "80%", "报道中人")] == [True] * 4
    report = response.context["report"]
    assert (report.reached, len(report.streets), report.underway) == (1, 2, 0)
    assert response.context["may_propose"] is False


@pytest.mark.parametrize("more", [0, 4])
def test_a_round_costs_the_same_queries_with_one_pair_or_five(
    client: Client, world: World, django_assert_max_num_queries: Any, more: int
) -> None:
    pair(world)
    for _ in range(more):
        pair(world, pupil=person_of(world.tree.committees[0]))
    user = world.district_account()
    client.force_login(user)

    with django_assert_max_num_queries(12):
        client.get(reverse("tutors:batch-detail", args=[world.batch.public_id]))


def test_an_organiser_sees_pairs_of_her_own_street_only(client: Client, world: World) -> None:
    pair(world, tutor=person_of(world.tree.committees[1]))

    def shown(street: int) -> int:
        response = page(client, world.organiser(street), "batch-detail", world.batch.public_id)
        return len(response.context["page"])

    assert (shown(0), shown(1)) == (1, 0)


def test_an_organiser_proposes_a_pair_for_her_street(client: Client, world: World) -> None:
    url = reverse("tutors:pairing-propose", args=[world.batch.public_id])
    client.force_login(world.organiser(0))
    data = {"tutor": world.tutor.pk, "pupil": world.pupil.pk, "from_on": "2026-03-02"}

    assert client.get(url).status_code == 200
    response = client.post(url, data)

    pairing = Pairing.objects.get()
    assert response["Location"] == reverse("tutors:pairing-detail", args=[pairing.public_id])
    again = client.post(url, data)
    assert (again.status_code, Pairing.objects.count()) == (422, 1)


def test_pupils_of_another_street_cannot_be_proposed(client: Client, world: World) -> None:
    client.force_login(world.organiser(1))
    url = reverse("tutors:pairing-propose", args=[world.batch.public_id])

    response = client.post(
        url, {"tutor": world.tutor.pk, "pupil": world.pupil.pk, "from_on": "2026-03-02"}
    )

    assert (response.status_code, "pupil" in response.context["form"].errors) == (422, True)


def test_more_pupils_than_advised_bring_a_warning(client: Client, world: World) -> None:
    for _ in range(3):
        pair(world, pupil=person_of(world.tree.committees[0]))
    client.force_login(world.district_account())
    url = reverse("tutors:pairing-propose", args=[world.batch.public_id])
    data = {"tutor": world.tutor.pk, "pupil": world.pupil.pk, "from_on": "2026-03-02"}

    response = client.post(url, data, follow=True)

    levels = [message.level_tag for message in response.context["messages"]]
    assert levels == ["success", "warning"]


def test_a_base_administrator_looks_but_does_not_propose(client: Client, world: World) -> None:
    reader = world.account(Role.AUDITOR)

    assert page(client, reader, "batch-detail", world.batch.public_id).status_code == 200
    assert page(client, reader, "pairing-propose", world.batch.public_id).status_code == 403


def test_both_answer_and_the_organiser_signs(client: Client, world: World) -> None:
    pairing = pair(world, Pairing.State.PROPOSED)
    tutor, pupil = UserFactory(person=world.tutor), UserFactory(person=world.pupil)

    act(client, tutor, "pairing-accept", pairing)
    act(client, pupil, "pairing-accept", pairing)
    assert act(client, pupil, "pairing-activate", pairing).status_code == 403
    broken = act(client, world.organiser(0), "pairing-activate", pairing, signed_on="soon")
    assert broken.status_code == 422
    act(client, world.organiser(0), "pairing-activate", pairing, signed_on="2026-03-02")

    pairing.refresh_from_db()
    assert (pairing.state, pairing.from_on) == ("active", DAY)


def test_pausing_resuming_and_ending_are_the_organisers(client: Client, world: World) -> None:
    pairing = pair(world)
    organiser = world.organiser(0)
    states = []
    for name, data in (
        ("pairing-pause", {}),
        ("pairing-resume", {}),
        ("pairing-end", {"to_on": "2026-09-01", "graduated": "on"}),
    ):
        act(client, organiser, name, pairing, **data)
        pairing.refresh_from_db()
        states.append(pairing.state)

    assert states == ["paused", "active", "graduated"]


def test_a_refused_act_leaves_a_sentence_not_an_error(client: Client, world: World) -> None:
    pairing = pair(world)
    tutor = UserFactory(person=world.tutor)
    client.force_login(tutor)

    response = client.post(reverse("tutors:pairing-decline", args=[pairing.public_id]), follow=True)

    assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_a_pair_of_others_is_unseen_and_nobody_answers_for_others(
    client: Client, world: World
) -> None:
    pairing = pair(world, Pairing.State.PROPOSED)
    stranger = UserFactory(person=person_of(world.tree.committees[0]))

    assert page(client, stranger, "pairing-detail", pairing.public_id).status_code == 404
    assert act(client, stranger, "pairing-accept", pairing).status_code == 404
    assert act(client, world.organiser(0), "pairing-accept", pairing).status_code == 403


def test_the_desk_of_a_tutor_and_the_page_of_a_pupil(client: Client, world: World) -> None:
    pairing = pair(world)
    tutor, pupil = UserFactory(person=world.tutor), UserFactory(person=world.pupil)

    assert page(client, tutor, "pupil-list").context["current"] == [pairing]
    assert page(client, pupil, "tutor-mine").context["current"] == pairing
    assert page(client, pupil, "pupil-list").context["current"] == []
    assert page(client, tutor, "tutor-mine").context["current"] is None


def test_pages_open_for_an_account_without_a_person(client: Client, world: World) -> None:
    bare = UserFactory()

    for name in ("batch-list", "pupil-list", "tutor-mine"):
        assert page(client, bare, name).status_code == 200


def test_partners_see_each_other_and_no_longer_when_the_pair_has_ended(world: World) -> None:
    pairing = pair(world)
    tutor, pupil = UserFactory(person=world.tutor), UserFactory(person=world.pupil)

    def seen() -> list[bool]:
        return [
            Person.objects.visible_to(User.objects.get(pk=me.pk)).filter(pk=other.pk).exists()
            for me, other in ((tutor, world.pupil), (pupil, world.tutor))
        ]

    assert seen() == [True, True]
    services.end_pairing(actor=None, pairing=pairing, to_on=datetime.date(2026, 9, 1))
    assert seen() == [False, False]


def test_today_asks_for_an_answer(client: Client, world: World) -> None:
    pair(world, Pairing.State.PROPOSED)
    client.force_login(UserFactory(person=world.pupil))

    tiles = {tile["key"]: tile for tile in client.get(reverse("home")).context["tiles"]}

    assert len(tiles["tutoring"]["context"]["asked"]) == 1


def test_the_word_of_the_district_is_on_the_page(client: Client, world: World) -> None:
    WordSet.objects.create(district=world.tree.district, tutoring_zh="帮带")
    forget()

    response = page(client, world.district_account(), "batch-list")

    assert "帮带" in response.content.decode()
    detail = page(client, world.district_account(), "batch-detail", world.batch.public_id)
    assert "帮带对象" in detail.content.decode()
    assert "带教" not in detail.content.decode()
    forget()


def test_an_appointment_shows_on_the_desk(client: Client, world: World) -> None:
    TutorAppointmentFactory(person=world.tutor, kind="expert")

    response = page(client, UserFactory(person=world.tutor), "pupil-list")

    assert len(response.context["appointments"]) == 2
