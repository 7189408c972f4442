"""Whatever hangs on two records: merging and undoing gives every row of every table back."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from committees.models import Affiliation, Person
from committees.services.appointments import settle_unit
from committees.services.merging import MergeRefused, merge_people, undo_merge
from core import crypto, summaries
from courses.figures import check_figures, check_pools
from courses.models import Attendance
from tests.committees.merging.snapshot import append_only_counts, figures, snapshot
from tests.factories.accounts import UserFactory, user_with
from tests.factories.committees import PersonFactory, make_district
from tests.factories.courses import EnrolmentFactory, OfferingFactory, SessionFactory
from tests.factories.records import HourAccountFactory, HourEntryFactory
from tests.factories.tutors import BatchFactory, PairingFactory, TutorAppointmentFactory
from tutors.models import BatchMention

pytestmark = [pytest.mark.hard, pytest.mark.sqlite, pytest.mark.django_db, pytest.mark.timeout(600)]
SIDE = st.sampled_from([0, 1])
STATES = st.sampled_from(
    ["confirmed", "attending", "completed", "not_completed", "waitlisted", "cancelled"]
)
MARKS = st.sampled_from(["present", "late", "absent", "leave"])
POSTS = st.sampled_from(["secretary", "committee_member", "community_worker", "other", "expert"])
DAYS = st.sampled_from([None, datetime.date(2019, 5, 1), datetime.date(2021, 9, 30)])
ENDS = st.sampled_from([None, datetime.date(2023, 1, 31)])
FACTS = st.fixed_dictionaries(
    {
        "sex": st.sampled_from(["", "f", "m"]),
        "birth_year": st.sampled_from([None, 1978, 1980]),
        "education": st.sampled_from(["", "bachelor"]),
        "mobile": st.sampled_from(["", "13800001234", "13800005678"]),
    }
)
ROWS = st.lists(
    st.one_of(
        st.tuples(st.just("service"), SIDE, POSTS, SIDE, DAYS, ENDS),
        st.tuples(st.just("enrolment"), SIDE, SIDE, STATES, MARKS),
        st.tuples(st.just("hours"), SIDE),
        st.tuples(st.just("appointment"), SIDE, DAYS),
        st.tuples(st.just("mention"), SIDE),
        st.tuples(st.just("pair"), SIDE, st.sampled_from(["reported", "terminated", "active"])),
        st.tuples(st.just("account"), SIDE),
        st.tuples(st.just("lecture"), SIDE),
    ),
    max_size=12,
)


class World:
    """What the rows hang on besides the two."""

    def __init__(self) -> None:
        self.tree = make_district(streets=1, committees=2)
        self.offerings = [OfferingFactory(seats=9) for _ in range(2)]
        self.sessions = [SessionFactory(offering=offering) for offering in self.offerings]
        self.batch, self.pupil = BatchFactory(), PersonFactory()
        self.users: set[int] = set()

    def hang(self, person: Person, number: int, row: tuple) -> None:
        getattr(self, f"_{row[0]}")(person, number, *row[2:])

    def _service(self, person, number, post, place, from_on, to_on) -> None:
        organisation = {"place": self.tree.committees[place]}
        if post == "expert":
            organisation = {"external": "样本大学"}
        Affiliation.objects.create(
            person=person, post=post, from_on=from_on, to_on=to_on, **organisation
        )

    def _enrolment(self, person, number, which, state, mark) -> None:
        unit = self.tree.committees[0]
        enrolment = EnrolmentFactory(
            offering=self.offerings[which], person=person, unit=unit, state=state
        )
        Attendance.objects.create(session=self.sessions[which], enrolment=enrolment, mark=mark)

    def _hours(self, person, number) -> None:
        HourEntryFactory(account=HourAccountFactory(person=person))

    def _appointment(self, person, number, from_on) -> None:
        TutorAppointmentFactory(person=person, district=self.tree.district, from_on=from_on)

    def _mention(self, person, number) -> None:
        BatchMention.objects.create(
            batch=self.batch, person=person, unit=self.tree.committees[0], side="pupil"
        )

    def _pair(self, person, number, state) -> None:
        PairingFactory(batch=self.batch, tutor=person, pupil=self.pupil, state=state)

    def _account(self, person, number) -> None:
        if person.pk not in self.users:
            self.users.add(person.pk)
            user_with("member", person=person, place=self.tree.committees[0])
            UserFactory()

    def _lecture(self, person, number) -> None:
        SessionFactory(offering=self.offerings[0], lecturer=person)


def person_with(facts: dict) -> Person:
    mobile = facts.pop("mobile")
    if mobile:
        facts |= {
            "mobile_cipher": crypto.encrypt(mobile),
            "mobile_index": crypto.mobile_index(mobile),
            "mobile_mask": crypto.mask_mobile(mobile),
        }
    person: Person = PersonFactory(name_zh="梅若华", **facts)
    return person


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(one=FACTS, two=FACTS, rows=ROWS, side=SIDE)
def test_merge_and_undo_restore_every_row_of_every_table(db, one, two, rows, side) -> None:
    with transaction.atomic():
        world, people = World(), [person_with(dict(one)), person_with(dict(two))]
        for number, row in enumerate(rows):
            try:
                with transaction.atomic():
                    world.hang(people[row[1]], number, row)
            except Exception as refused:
                if type(refused).__name__ != "IntegrityError":
                    raise
        for person in people:
            settle_unit(person)
        summaries.rebuild()
        before, told, sealed = snapshot(), figures(), append_only_counts()
        try:
            with transaction.atomic():
                merge = merge_people(actor=None, kept=people[side], gone=people[1 - side])
        except MergeRefused:
            event("refused")
            assert snapshot() == before
            transaction.set_rollback(True)
            return

        assert [*check_figures(), *check_pools()] == []
        assert {k: len(v) for k, v in snapshot().items() if k == "records.hourentry"} == {
            k: len(v) for k, v in before.items() if k == "records.hourentry"
        }
        event(f"{len(rows)} rows")
        undone = undo_merge(actor=None, merge=merge)

        assert undone.left == []
        assert snapshot() == before
        assert figures() == told
        after = append_only_counts()
        assert {k for k in sealed if sealed[k] != after[k]} == {"core.auditevent"}
        connection.check_constraints()
        transaction.set_rollback(True)
