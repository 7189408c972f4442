"""Two records become one and two again: nothing is lost, nothing is named by hand."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils import timezone, translation

from accounts.models import User
from committees.merging.relations import pointers_to
from committees.models import Affiliation, MergeEntry, Person, PersonMerge, TwoPeople
from committees.registered import check_secretaries
from committees.services.appointments import appoint, end_appointment
from committees.services.merging import (
    MergeRefused,
    empty_journals,
    forwarded,
    merge_people,
    undo_merge,
)
from core import crypto, summaries
from core.appendonly import declared
from core.models import AuditEvent
from courses.figures import check_figures, check_pools
from courses.models import Attendance, Enrolment, SeatPool
from records.models import HourEntry
from tests.committees.merging.snapshot import counts, figures, snapshot
from tests.factories.accounts import UserFactory, user_with
from tests.factories.committees import (
    AffiliationFactory,
    PersonFactory,
    TrainingBaseFactory,
    make_district,
)
from tests.factories.courses import EnrolmentFactory, OfferingFactory, SessionFactory
from tests.factories.records import HourAccountFactory, HourEntryFactory
from tests.factories.tutors import BatchFactory, PairingFactory, TutorAppointmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


MOBILE = "13800001234"


def mobile_of(number: str) -> dict[str, str]:
    return {
        "mobile_cipher": crypto.encrypt(number),
        "mobile_index": crypto.mobile_index(number),
        "mobile_mask": crypto.mask_mobile(number),
    }


@pytest.fixture
def tree():
    return make_district(streets=2, committees=2)


@pytest.fixture
def pair(tree) -> tuple[Person, Person]:
    """Two records of one member: the older with a mobile, the newer with a birth."""
    made = []
    known: tuple[dict[str, Any], ...] = (
        mobile_of(MOBILE),
        {"birth_year": 1978, "birth_month": 3},
    )
    for number, facts in enumerate(known):
        person = PersonFactory(name_zh="梅若华", pinyin="mei ruohua", **facts)
        AffiliationFactory(person=person, post="committee_member", place=tree.committees[number])
        made.append(person)
    return made[0], made[1]


def hang_everything_on(person: Person, other: Person) -> None:
    """A row of every kind, on `person` and beside one of `other`."""
    offering = OfferingFactory(seats=5)
    SessionFactory(offering=offering)
    EnrolmentFactory(offering=offering, person=person)
    account = HourAccountFactory(person=person)
    HourEntryFactory(account=account, needs_decision=False)
    HourEntryFactory(account=HourAccountFactory(person=other), needs_decision=False)
    TutorAppointmentFactory(person=person)
    PairingFactory(tutor=person)
    OfferingFactory(class_head=person)
    SessionFactory(lecturer=person)


def test_merge_look_undo_leaves_equal_counts_and_equal_rows(pair) -> None:
    kept, gone = pair
    hang_everything_on(gone, kept)
    summaries.rebuild()
    before, numbers, told = snapshot(), counts(), figures()

    merge = merge_people(actor=None, kept=kept, gone=gone)

    assert counts() == numbers
    kept.refresh_from_db()
    assert (kept.birth_year, kept.birth_month, kept.mobile_index) == (
        1978,
        3,
        crypto.mobile_index(MOBILE),
    )
    assert HourEntry.objects.filter(account__person=kept).count() == 2
    assert kept.affiliations.count() == 2
    assert merge.moved["courses.enrolment"] == 1
    undone = undo_merge(actor=None, merge=merge)
    assert undone.left == []
    assert snapshot() == before
    assert figures() == told


def test_the_record_that_goes_is_an_empty_shell_whose_address_leads_on(pair) -> None:
    kept, gone = pair
    user = user_with("organiser", place=gone.unit.parent)

    merge_people(actor=None, kept=kept, gone=gone)

    gone.refresh_from_db()
    assert (gone.name_zh, gone.merged_into_id, gone.unit_id) == ("梅若华", kept.pk, None)
    assert (gone.birth_year, gone.mobile_index, gone.mobile_cipher) == (None, "", "")
    assert forwarded(gone.public_id) == kept
    assert forwarded(kept.public_id) is None
    assert list(Person.objects.visible_to(user).filter(name_zh="梅若华")) == [kept]


def test_the_reader_chooses_what_stays_of_each_fact(pair) -> None:
    kept, gone = pair
    Person.objects.filter(pk=gone.pk).update(sex="f")
    Person.objects.filter(pk=kept.pk).update(sex="m", birth_year=1979)

    merge_people(actor=None, kept=kept, gone=gone, take=["sex"])

    kept.refresh_from_db()
    assert (kept.sex, kept.birth_year) == ("f", 1979)


def test_an_unknown_fact_is_refused(pair) -> None:
    with pytest.raises(MergeRefused):
        merge_people(actor=None, kept=pair[0], gone=pair[1], take=["merged_into"])


# --- A new model ------------------------------------------------------------------------------


@pytest.fixture
def new_models() -> Iterator[type[models.Model]]:
    """A model that came after the merge was written: a foreign key, a unique pair, many people."""

    class Badge(models.Model):
        person = models.ForeignKey(Person, models.PROTECT, related_name="+")
        helpers = models.ManyToManyField(Person, related_name="+")
        colour = models.CharField(max_length=10)

        class Meta:
            app_label = "committees"
            constraints = [
                models.UniqueConstraint(fields=["person", "colour"], name="badge_once_a_colour")
            ]

        def __str__(self) -> str:
            return self.colour

    through = Badge.helpers.through
    # Not as a context: SQLite's editor would want to be outside the test's transaction.
    editor = connection.schema_editor()
    editor.deferred_sql = []
    editor.create_model(Badge)
    for statement in editor.deferred_sql:
        editor.execute(statement)
    yield Badge
    for name in ("badge", str(through._meta.model_name)):
        del apps.all_models["committees"][name]
    apps.clear_cache()


def test_a_new_model_is_covered_without_being_named(pair, new_models) -> None:
    kept, gone = pair
    blue = new_models.objects.create(person=gone, colour="blue")
    red = new_models.objects.create(person=gone, colour="red")
    new_models.objects.create(person=kept, colour="red")
    blue.helpers.add(gone)
    before = snapshot()

    merge = merge_people(actor=None, kept=kept, gone=gone)

    blue.refresh_from_db()
    red.refresh_from_db()
    assert blue.person_id == kept.pk
    assert list(blue.helpers.all()) == [kept]
    assert red.person_id == gone.pk  # a second red one would be refused: it stays behind
    assert undo_merge(actor=None, merge=merge).left == []
    assert snapshot() == before


# --- What cannot stand twice ------------------------------------------------------------------


def test_two_enrolments_in_one_class_the_better_stays_and_the_seat_is_free(pair) -> None:
    kept, gone = pair
    offering = OfferingFactory(seats=2)
    morning, noon = SessionFactory.create_batch(2, offering=offering)
    mine = EnrolmentFactory(offering=offering, person=kept, state="confirmed")
    better = EnrolmentFactory(offering=offering, person=gone, state="attending")
    for session, enrolment, mark in (
        (morning, mine, "present"),
        (morning, better, "absent"),
        (noon, mine, "late"),
    ):
        Attendance.objects.create(session=session, enrolment=enrolment, mark=mark)
    summaries.rebuild()
    before, told = snapshot(), figures()

    merge = merge_people(actor=None, kept=kept, gone=gone)

    rows = dict(Enrolment.objects.filter(person=kept).values_list("pk", "state"))
    assert rows == {mine.pk: "replaced", better.pk: "attending"}
    assert SeatPool.objects.get().taken == 1
    marks = Attendance.objects.filter(enrolment=better).order_by("session_id")
    assert [row.mark for row in marks] == ["present", "late"]
    assert [*check_pools(), *check_figures()] == []
    assert undo_merge(actor=None, merge=merge).left == []
    assert snapshot() == before
    assert figures() == told


def test_a_seat_that_was_given_to_somebody_else_is_not_taken_back(pair) -> None:
    kept, gone = pair
    offering = OfferingFactory(seats=2)
    stays = EnrolmentFactory(offering=offering, person=kept)
    folded = EnrolmentFactory(offering=offering, person=gone)
    merge = merge_people(actor=None, kept=kept, gone=gone)
    EnrolmentFactory(offering=offering)
    summaries.rebuild()

    undone = undo_merge(actor=None, merge=merge)

    assert {(entry.model, entry.field) for entry in undone.left} == {
        ("courses.seatpool", "taken"),
        ("courses.enrolment", "state"),
    }
    stays.refresh_from_db()
    folded.refresh_from_db()
    assert (stays.state, folded.state) == ("confirmed", "replaced")
    assert folded.person_id == gone.pk
    assert list(check_pools()) == []
    assert merge.entries.filter(left=True).count() == 2


def test_the_same_open_service_stands_once_from_its_earlier_day(pair) -> None:
    kept, gone = pair
    early, late = datetime.date(2020, 5, 1), datetime.date(2022, 5, 1)
    Affiliation.objects.update(place=kept.unit, from_on=late)
    Person.objects.update(unit=kept.unit)
    Affiliation.objects.filter(person=gone).update(from_on=early, note_zh="兼任")
    before = snapshot()

    merge = merge_people(actor=None, kept=kept, gone=gone)

    service = Affiliation.objects.get()
    assert (service.person_id, service.from_on, service.note_zh) == (kept.pk, early, "兼任")
    undo_merge(actor=None, merge=merge)
    assert snapshot() == before


def test_two_open_pairs_with_different_tutors_stop_the_merge(pair) -> None:
    for person in pair:
        PairingFactory(pupil=person)
    before = snapshot()

    with pytest.raises(MergeRefused, match="End one of them first"):
        merge_people(actor=None, kept=pair[0], gone=pair[1])
    assert snapshot() == before


def test_one_pair_that_stands_twice_stands_once(pair) -> None:
    kept, gone = pair
    batch, pupil = BatchFactory(), PersonFactory()
    for tutor, state in ((kept, "reported"), (gone, "active")):
        PairingFactory(batch=batch, tutor=tutor, pupil=pupil, state=state)
    summaries.rebuild()
    before, told = snapshot(), figures()

    merge = merge_people(actor=None, kept=kept, gone=gone)

    states = sorted(kept.pairings_as_tutor.values_list("state", flat=True))
    assert states == ["active", "terminated"]
    undo_merge(actor=None, merge=merge)
    assert snapshot() == before
    assert figures() == told


def test_tutor_and_pupil_of_one_pair_are_two_people(pair) -> None:
    PairingFactory(tutor=pair[0], pupil=pair[1], state="graduated")

    with pytest.raises(MergeRefused, match="names both"):
        merge_people(actor=None, kept=pair[0], gone=pair[1])


def test_one_account_stays_and_the_other_is_closed(pair) -> None:
    kept, gone = pair
    old, new = UserFactory(person=kept), UserFactory(person=gone)
    before = snapshot()

    merge = merge_people(actor=None, kept=kept, gone=gone, choices={"accounts.user": str(new.pk)})

    assert User.objects.get(person=kept).pk == new.pk
    closed = User.objects.get(pk=old.pk)
    assert (closed.person_id, closed.is_active) == (gone.pk, False)
    undo_merge(actor=None, merge=merge)
    assert snapshot() == before


def test_nobody_closes_an_account_beyond_the_own_reach(pair, tree) -> None:
    kept, gone = pair
    UserFactory(person=kept)
    user_with("district", person=gone, place=tree.district)
    organiser = user_with("organiser", place=tree.streets[0])

    with pytest.raises(MergeRefused, match="do not manage"):
        merge_people(actor=organiser, kept=kept, gone=gone)


# --- Undo ---------------------------------------------------------------------------------------


def test_what_somebody_changed_since_is_left_and_listed(pair, tree) -> None:
    kept, gone = pair
    other = tree.committees[2]
    service = Affiliation.objects.get(person=gone)
    merge = merge_people(actor=None, kept=kept, gone=gone)
    Person.objects.filter(pk=kept.pk).update(birth_year=1980)
    end_appointment(actor=None, affiliation=service, to_on=timezone.localdate())
    appoint(actor=None, person=kept, post="secretary", place=other, from_on=None)

    undone = undo_merge(actor=None, merge=merge)

    assert [entry.field for entry in undone.left if entry.model == "committees.person"] == [
        "birth_month",
        "birth_year",
        "unit_id",
    ]
    kept.refresh_from_db()
    gone.refresh_from_db()
    service.refresh_from_db()
    assert (kept.birth_year, kept.unit_id) == (1980, other.pk)
    assert (service.person_id, gone.unit_id) == (gone.pk, None)
    assert list(check_secretaries()) == []


def test_an_undo_is_refused_twice_after_a_later_merge_and_after_thirty_days(pair, tree) -> None:
    one, two = pair
    third = AffiliationFactory(post="committee_member", place=tree.committees[3]).person
    first = merge_people(actor=None, kept=one, gone=two)
    second = merge_people(actor=None, kept=third, gone=one)
    two.refresh_from_db()
    assert two.merged_into_id == one.pk
    assert forwarded(two.public_id) == third

    with pytest.raises(MergeRefused, match="again later"):
        undo_merge(actor=None, merge=first)
    undo_merge(actor=None, merge=second)
    with pytest.raises(MergeRefused, match="undone already"):
        undo_merge(actor=None, merge=second)
    two.refresh_from_db()
    assert two.merged_into_id == one.pk
    PersonMerge.objects.update(undo_until=timezone.now() - datetime.timedelta(minutes=1))
    with pytest.raises(MergeRefused, match="time is over"):
        undo_merge(actor=None, merge=first)


def test_the_journal_is_emptied_after_thirty_days_but_for_folded_rows(pair) -> None:
    Affiliation.objects.update(place=pair[0].unit)
    merge = merge_people(actor=None, kept=pair[0], gone=pair[1])
    later = timezone.now() + datetime.timedelta(days=31)

    assert empty_journals() == 0
    assert empty_journals(later) == 1
    assert empty_journals(later) == 0

    assert [entry.kind for entry in merge.entries.all()] == [MergeEntry.Kind.REMOVED]


# --- Who, and what never ------------------------------------------------------------------------


def test_only_whoever_keeps_both_records_merges_them(pair, tree) -> None:
    kept, gone = pair
    elsewhere = AffiliationFactory(post="committee_member", place=tree.committees[3]).person
    organiser = user_with("organiser", place=tree.streets[0])
    district = user_with("district", place=tree.district)
    base_admin = user_with("base_admin", base=TrainingBaseFactory(districts=[tree.district]))

    for actor, other in ((organiser, elsewhere), (base_admin, gone)):
        with pytest.raises(MergeRefused) as refused:
            merge_people(actor=actor, kept=kept, gone=other)
        assert refused.value.code == "not_in_charge"
    merge_people(actor=organiser, kept=kept, gone=gone)
    merge_people(actor=district, kept=kept, gone=elsewhere)

    event = AuditEvent.objects.filter(action="person.merge").latest("pk")
    assert event.after["moved"] == {"committees.affiliation": 1}


def test_nobody_is_merged_with_herself_or_twice(pair) -> None:
    kept, gone = pair
    with pytest.raises(MergeRefused, match="one and the same"):
        merge_people(actor=None, kept=kept, gone=kept)
    merge_people(actor=None, kept=kept, gone=gone)
    with pytest.raises(MergeRefused, match="merged already"):
        merge_people(actor=None, kept=kept, gone=gone)
    with pytest.raises(MergeRefused, match="merged already"):
        merge_people(actor=None, kept=gone, gone=kept)


def test_a_note_that_these_are_two_people_stops_the_merge_and_passes_on(pair) -> None:
    kept, gone = pair
    third = PersonFactory()
    TwoPeople.objects.create(first=gone, second=third, grounds=1, noted_by="甲")
    note = TwoPeople.objects.create(first=kept, second=gone, grounds=1, noted_by="甲")
    with pytest.raises(MergeRefused, match="two people"):
        merge_people(actor=None, kept=kept, gone=gone)
    note.delete()
    before = snapshot()

    merge = merge_people(actor=None, kept=kept, gone=gone)

    assert TwoPeople.objects.filter(first=kept, second=third).count() == 1
    undo_merge(actor=None, merge=merge)
    assert snapshot() == before


def test_no_entry_of_the_ledger_is_touched(pair) -> None:
    kept, gone = pair
    HourEntryFactory(account=HourAccountFactory(person=gone))
    before = list(HourEntry.objects.values())

    merge_people(actor=None, kept=kept, gone=gone)

    assert list(HourEntry.objects.values()) == before


def test_append_only_tables_hang_on_no_person_directly() -> None:
    """Their rows stay with the former record, so such a table points at something a merge may move,
    as entries point at their account. Lists of a day may: they say who was whom on that day."""
    lists_of_a_day = ["records.yeargap.person"]
    direct = [p.label for p in pointers_to(Person) if declared(p.model)]
    assert direct == lists_of_a_day
