"""Pairs from the proposal to the end, and every rule that says no."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from committees.models import PolicyValue
from core.models import AuditEvent, SummaryDelta
from notices.models import OutboxItem
from tests.factories.accounts import UserFactory
from tests.factories.tutors import (
    BatchFactory,
    PairingFactory,
    TutorAppointmentFactory,
    person_of,
)
from tests.tutors.conftest import World
from tutors import services
from tutors.errors import AppointmentRefused, PairingRefused, StepRefused
from tutors.figures import check_pairings
from tutors.models import Pairing
from tutors.notices import PairingActive

DAY = datetime.date(2026, 3, 2)


def propose(world: World, **changes: Any) -> Pairing:
    facts: dict[str, Any] = {
        "batch": world.batch,
        "tutor": world.tutor,
        "pupil": world.pupil,
        "from_on": DAY,
    }
    return services.propose_pairing(actor=None, **(facts | changes))


def accepted(world: World) -> Pairing:
    pairing = propose(world)
    services.accept_pairing(actor=None, pairing=pairing, person=world.tutor)
    return services.accept_pairing(actor=None, pairing=pairing, person=world.pupil)


def active(world: World) -> Pairing:
    return services.activate_pairing(actor=None, pairing=accepted(world), signed_on=DAY)


def figure() -> int:
    rows = SummaryDelta.objects.filter(metric="pairings_active")
    return sum(rows.values_list("amount", flat=True))


@pytest.mark.parametrize(
    ("language", "names"), [("en", "Wang Fang and Li Lei"), ("zh-hans", "王芳与李雷")]
)
def test_a_notice_writes_both_names_as_its_reader_does(
    world: World, language: str, names: str
) -> None:
    for person, name in ((world.tutor, ("王芳", "wang fang")), (world.pupil, ("李雷", "li lei"))):
        person.name_zh, person.pinyin = name
        person.save()
    UserFactory(person=world.pupil)
    pairing = active(world)
    item = OutboxItem.objects.get(rule="pairing_active", object_id=pairing.pk)

    with translation.override(language):
        message = PairingActive().render(item.facts, language)

    assert names in message.body


def test_a_proposal_keeps_the_units_of_the_day_and_asks_both(world: World) -> None:
    accounts = [UserFactory(person=world.tutor), UserFactory(person=world.pupil)]

    pairing = propose(world)

    assert pairing.state == "proposed"
    assert (pairing.tutor_unit, pairing.pupil_unit) == (world.tutor.unit, world.pupil.unit)
    asked = OutboxItem.objects.filter(rule="pairing_proposed", object_id=pairing.pk)
    assert set(asked.values_list("recipient", flat=True)) == {user.pk for user in accounts}
    assert AuditEvent.objects.filter(action="tutors.propose_pairing").count() == 1


def test_both_agree_before_the_agreement_is_signed(world: World) -> None:
    pairing = propose(world)

    with pytest.raises(StepRefused):
        services.activate_pairing(actor=None, pairing=pairing, signed_on=DAY)
    first = services.accept_pairing(actor=None, pairing=pairing, person=world.pupil)
    assert first.state == "proposed"
    second = services.accept_pairing(actor=None, pairing=pairing, person=world.tutor)
    assert second.state == "accepted"


def test_agreeing_twice_changes_nothing(world: World) -> None:
    pairing = propose(world)
    first = services.accept_pairing(actor=None, pairing=pairing, person=world.pupil)

    again = services.accept_pairing(actor=None, pairing=pairing, person=world.pupil)

    assert again.pupil_accepted_at == first.pupil_accepted_at
    assert AuditEvent.objects.filter(action="tutors.accept_pairing").count() == 1


def test_nobody_else_answers_a_proposal(world: World) -> None:
    pairing = propose(world)
    stranger = person_of(world.tree.committees[0])

    with pytest.raises(StepRefused):
        services.accept_pairing(actor=None, pairing=pairing, person=stranger)
    with pytest.raises(StepRefused):
        services.decline_pairing(actor=None, pairing=pairing, person=stranger)


def test_a_declined_proposal_ends_and_may_be_made_again(world: World) -> None:
    pairing = propose(world)

    declined = services.decline_pairing(actor=None, pairing=pairing, person=world.pupil)

    assert declined.state == "terminated"
    assert propose(world).pk != pairing.pk


def test_the_figure_follows_signing_pausing_resuming_and_graduating(world: World) -> None:
    pairing = active(world)
    assert (figure(), pairing.from_on) == (1, DAY)
    assert pairing.rules["pairing.term_months"]["value"] == {"count": 12, "unit": "month"}

    pairing = services.pause_pairing(actor=None, pairing=pairing)
    assert figure() == 0
    pairing = services.resume_pairing(actor=None, pairing=pairing)
    assert figure() == 1
    pairing = services.end_pairing(
        actor=None, pairing=pairing, to_on=datetime.date(2026, 9, 1), graduated=True
    )
    assert (figure(), pairing.state) == (0, "graduated")
    assert list(check_pairings()) == []


def test_the_check_finds_a_figure_that_was_lost(world: World) -> None:
    active(world)
    SummaryDelta.objects.filter(metric="pairings_active").delete()

    assert len(list(check_pairings())) == 1


def test_only_a_pair_that_worked_can_graduate(world: World) -> None:
    with pytest.raises(StepRefused):
        services.end_pairing(actor=None, pairing=propose(world), to_on=DAY, graduated=True)


def test_a_pair_does_not_end_before_it_began(world: World) -> None:
    with pytest.raises(StepRefused):
        services.end_pairing(
            actor=None, pairing=active(world), to_on=DAY - datetime.timedelta(days=1)
        )


def test_signing_after_the_end_is_refused(world: World) -> None:
    pairing = propose(world, to_on=DAY)
    for person in (world.tutor, world.pupil):
        services.accept_pairing(actor=None, pairing=pairing, person=person)

    with pytest.raises(StepRefused):
        services.activate_pairing(
            actor=None, pairing=pairing, signed_on=DAY + datetime.timedelta(days=1)
        )


def refused_field(world: World, **changes: Any) -> str:
    with pytest.raises(PairingRefused) as caught:
        propose(world, **changes)
    return caught.value.field


def test_a_tutor_needs_an_appointment_of_this_district_that_day(world: World) -> None:
    plain = person_of(world.tree.committees[0])
    assert refused_field(world, tutor=plain) == "tutor"

    elsewhere = person_of(world.tree.committees[0])
    TutorAppointmentFactory(person=elsewhere)
    assert refused_field(world, tutor=elsewhere) == "tutor"

    later = person_of(world.tree.committees[0])
    TutorAppointmentFactory(
        person=later, district=world.tree.district, from_on=DAY + datetime.timedelta(days=1)
    )
    assert refused_field(world, tutor=later) == "tutor"


def test_nobody_tutors_herself(world: World) -> None:
    assert refused_field(world, pupil=world.tutor) == "pupil"


def test_a_pupil_has_one_tutor(world: World) -> None:
    propose(world)
    other = person_of(world.tree.committees[0])
    TutorAppointmentFactory(person=other, district=world.tree.district)

    assert refused_field(world, tutor=other) == "pupil"


def test_nobody_is_tutor_and_pupil_at_once(world: World) -> None:
    propose(world)
    TutorAppointmentFactory(person=world.pupil, district=world.tree.district)
    third = person_of(world.tree.committees[0])
    assert refused_field(world, tutor=world.pupil, pupil=third) == "tutor"

    TutorAppointmentFactory(person=third, district=world.tree.district)
    assert refused_field(world, tutor=third, pupil=world.tutor) == "pupil"


def test_the_sixth_pupil_is_refused_and_a_district_may_choose_another_limit(world: World) -> None:
    for _ in range(5):
        propose(world, pupil=person_of(world.tree.committees[0]))
    assert refused_field(world) == "tutor"

    PolicyValue.objects.create(
        key="tutor.max_active_pupils",
        district=world.tree.district,
        value=6,
        from_on=datetime.date(2026, 1, 1),
        source_zh="样本",
    )
    assert propose(world).state == "proposed"


def test_a_person_without_unit_and_turned_dates_are_refused(world: World) -> None:
    homeless = person_of(world.tree.committees[0])
    homeless.unit = None
    homeless.save(update_fields=["unit"])

    assert refused_field(world, pupil=homeless) == "pupil"
    assert refused_field(world, to_on=DAY - datetime.timedelta(days=1)) == "to_on"


def test_a_batch_that_stands_as_reported_takes_no_pair(world: World) -> None:
    reported = BatchFactory(district=world.tree.district, historical=True)

    assert refused_field(world, batch=reported) == ""


def test_the_database_itself_keeps_a_pupil_to_one_tutor(world: World) -> None:
    pairing = PairingFactory(pupil_unit=world.tree.committees[0])

    with pytest.raises(IntegrityError), transaction.atomic():
        PairingFactory(pupil=pairing.pupil)
    with pytest.raises(IntegrityError), transaction.atomic():
        PairingFactory(tutor_accepted_at=None)


def test_a_tutor_is_appointed_once_and_not_while_being_tutored(world: World) -> None:
    facts: dict[str, Any] = {"actor": None, "district": world.tree.district, "from_on": DAY}

    with pytest.raises(AppointmentRefused):
        services.appoint_tutor(person=world.tutor, **facts)
    propose(world)
    with pytest.raises(AppointmentRefused):
        services.appoint_tutor(person=world.pupil, **facts)
    with pytest.raises(AppointmentRefused):
        services.appoint_tutor(
            actor=None, person=world.pupil, district=world.tree.streets[0], from_on=DAY
        )
    fresh = services.appoint_tutor(person=person_of(world.tree.committees[0]), **facts)
    assert fresh.kind == "tutor"


def test_an_appointment_ends_after_its_pairs(world: World) -> None:
    appointment = world.tutor.tutor_appointments.get()
    pairing = propose(world)

    with pytest.raises(AppointmentRefused):
        services.end_tutor_appointment(actor=None, appointment=appointment, to_on=DAY)
    services.decline_pairing(actor=None, pairing=pairing, person=world.tutor)
    closed = services.end_tutor_appointment(actor=None, appointment=appointment, to_on=DAY)

    assert closed.to_on == DAY


def test_a_batch_belongs_to_a_district_and_ends_after_its_launch(world: World) -> None:
    facts: dict[str, Any] = {"actor": None, "name_zh": "样本", "launched_on": DAY}

    assert services.create_batch(district=world.tree.district, **facts).pk
    with pytest.raises(PairingRefused):
        services.create_batch(district=world.tree.streets[0], **facts)
    with pytest.raises(PairingRefused):
        services.create_batch(
            district=world.tree.district, ends_on=DAY - datetime.timedelta(days=1), **facts
        )
