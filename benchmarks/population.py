"""A portal full of life for the benchmark: the same rows in every run, written in bulk.

`python -m benchmarks.population` fills an empty migrated database and prints as JSON which accounts
look at which things.
"""

from __future__ import annotations

import datetime
import json
import os
import random
import uuid
from collections.abc import Sequence
from typing import Any

import django

PEOPLE, COURSES, SESSIONS, ENROLMENTS = 5_000, 200, 1_000, 50_000
STREETS, COMMITTEES_EACH = 12, 24
OFFERINGS = SESSIONS // 2  # two sessions each
CLASS_SIZE = ENROLMENTS // OFFERINGS
ACCOUNTS, NOTICES_EACH, PAIRS = 500, 20, 60
OPEN_CLASSES = 60


class Population:
    """Fills the database step by step; every step keeps what later steps need."""

    def __init__(self) -> None:
        from django.utils import timezone

        self.dice = random.Random(20_260_401)
        self.today = timezone.localdate()

    def fill(self) -> dict[str, Any]:
        from core import summaries

        self.places()
        self.people()
        self.accounts()
        self.classes()
        self.enrolments()
        self.hours()
        self.notices()
        self.tutoring()
        summaries.rebuild()
        return self.visitors()

    def places(self) -> None:
        from committees.models import Place, TrainingBase

        def made(rows: Sequence[tuple[Place | None, str, int, str]]) -> list[Place]:
            places = Place.objects.bulk_create(
                Place(
                    parent=parent,
                    kind=kind,
                    level=level,
                    name_zh=name,
                    pinyin=f"p {number:04}",
                    path=f"new:{uuid.uuid4()}",
                )
                for number, (parent, kind, level, name) in enumerate(rows)
            )
            for place in places:
                place.path = f"{place.parent.path if place.parent else '/'}{place.pk}/"
            Place.objects.bulk_update(places, ["path"], batch_size=500)
            return places

        (province,) = made([(None, "province", 1, "量测省")])
        (city,) = made([(province, "city", 2, "量测市")])
        (self.district,) = made([(city, "district", 3, "量测区")])
        self.streets = made(
            [(self.district, "street", 4, f"量测{number}街道") for number in range(STREETS)]
        )
        self.committees = made(
            [
                (street, "residential", 5, f"{street.name_zh}第{number}居委会")
                for street in self.streets
                for number in range(COMMITTEES_EACH)
            ]
        )
        self.base = TrainingBase.objects.create(
            code="BENCH", name_zh="量测基地", host=self.district
        )
        self.base.districts.set([self.district])

    def people(self) -> None:
        from committees.models import Affiliation, Person

        units = [self.committees[number % len(self.committees)] for number in range(PEOPLE)]
        self.persons = Person.objects.bulk_create(
            (
                Person(
                    name_zh=f"量测{number:04}",
                    pinyin=f"liangce {number:04}",
                    initials="lc",
                    sex="f" if self.dice.random() < 0.6 else "m",
                    birth_year=1960 + self.dice.randrange(40),
                    mobile_mask=f"199****{number:04}",
                    unit=unit,
                )
                for number, unit in enumerate(units)
            ),
            batch_size=1_000,
        )
        Affiliation.objects.bulk_create(
            (
                Affiliation(
                    person=person,
                    place=person.unit,
                    post="secretary" if number < len(self.committees) - 6 else "committee_member",
                    from_on=datetime.date(2015 + number % 11, 1 + number % 12, 1),
                )
                for number, person in enumerate(self.persons)
            ),
            batch_size=1_000,
        )

    def accounts(self) -> None:
        from accounts.models import RoleGrant, User

        self.users = User.objects.bulk_create(
            User(username=f"bench{number}", person=person, password="!", large_text=False)
            for number, person in enumerate(self.persons[:ACCOUNTS])
        )
        secretary = self.users[0]
        organiser, district, admin = self.users[-3], self.users[-2], self.users[-1]
        roles: list[tuple[User, str, dict[str, Any]]] = [
            (user, "secretary", {"place": user.person.unit if user.person else None})
            for user in self.users[:-3]
        ]
        roles += [
            (organiser, "organiser", {"place": self.streets[0]}),
            (district, "district", {"place": self.district}),
            (admin, "base_admin", {"base": self.base}),
        ]
        RoleGrant.objects.bulk_create(
            RoleGrant(
                user=user,
                role=role,
                from_on=datetime.date(2020, 1, 1),
                review_on=datetime.date(2099, 1, 1),
                **where,
            )
            for user, role, where in roles
        )
        self.secretary, self.organiser = secretary, organiser
        self.overseer, self.admin = district, admin

    def classes(self) -> None:
        from courses.models import Course, Offering, SeatPool, Session

        courses = Course.objects.bulk_create(
            Course(base=self.base, title_zh=f"量测课程{number:03}", published=True)
            for number in range(COURSES)
        )
        first = self.today - datetime.timedelta(days=(OFFERINGS - OPEN_CLASSES) * 2)
        self.offerings = Offering.objects.bulk_create(
            Offering(
                base=self.base,
                title_zh=f"量测培训班第{number:03}期",
                state="open" if number >= OFFERINGS - OPEN_CLASSES else "completed",
                begins_on=(day := first + datetime.timedelta(days=number * 2 + 1)),
                ends_on=day + datetime.timedelta(days=1),
                venue_zh="量测基地一号教室",
            )
            for number in range(OFFERINGS)
        )
        self.pools = SeatPool.objects.bulk_create(
            SeatPool(offering=offering, seats=CLASS_SIZE + 20, taken=CLASS_SIZE)
            for offering in self.offerings
        )
        chosen = [courses[number % COURSES] for number in range(SESSIONS)]
        Offering.courses.through.objects.bulk_create(
            (
                Offering.courses.through(
                    offering_id=self.offerings[number // 2].pk, course_id=course.pk
                )
                for number, course in enumerate(chosen)
            ),
            ignore_conflicts=True,
        )
        self.sessions = Session.objects.bulk_create(
            Session(
                offering=(offering := self.offerings[number // 2]),
                course=course,
                starts_at=(at := moment(offering.begins_on, 9 + 5 * (number % 2))),
                ends_at=at + datetime.timedelta(hours=3),
                quarters=16,
                state="closed" if offering.state == "completed" else "planned",
            )
            for number, course in enumerate(chosen)
        )

    def enrolments(self) -> None:
        from courses.models import Attendance, Enrolment

        rows = []
        for offering, pool in zip(self.offerings, self.pools, strict=True):
            state = "completed" if offering.state == "completed" else "confirmed"
            for person in self.dice.sample(self.persons, CLASS_SIZE):
                rows.append(
                    Enrolment(
                        offering=offering, person=person, unit=person.unit, pool=pool, state=state
                    )
                )
        self.enrolled = Enrolment.objects.bulk_create(rows, batch_size=2_000)
        by_offering: dict[int, list[Any]] = {}
        for session in self.sessions:
            by_offering.setdefault(session.offering_id or 0, []).append(session)
        self.marks = [
            (session, enrolment)
            for enrolment in self.enrolled
            if enrolment.state == "completed"
            for session in by_offering[enrolment.offering_id]
        ]
        Attendance.objects.bulk_create(
            (
                Attendance(session=session, enrolment=enrolment, mark="present")
                for session, enrolment in self.marks
            ),
            batch_size=5_000,
        )

    def hours(self) -> None:
        from records.models import HourAccount, HourDecision, HourEntry

        accounts = {
            account.person_id: account
            for account in HourAccount.objects.bulk_create(
                HourAccount(person=person) for person in self.persons
            )
        }
        entries = HourEntry.objects.bulk_create(
            (
                HourEntry(
                    account=accounts[enrolment.person_id],
                    year=session.starts_at.year,
                    session_on=enrolment.offering.begins_on,
                    category="centralised",
                    quarters=16,
                    unit_id=enrolment.unit_id,
                    title_zh=enrolment.offering.title_zh,
                    source="session",
                    key=f"session:{session.pk}:{enrolment.person_id}",
                )
                for session, enrolment in self.marks
            ),
            batch_size=5_000,
        )
        HourDecision.objects.bulk_create(
            (
                HourDecision(
                    entry=entry,
                    kind="verified",
                    account_id=entry.account_id,
                    year=entry.year,
                    category=entry.category,
                    quarters=entry.quarters,
                )
                for entry in entries
            ),
            batch_size=5_000,
        )

    def notices(self) -> None:
        from django.utils import timezone

        from notices.models import Notice, OutboxItem

        items = OutboxItem.objects.bulk_create(
            (
                OutboxItem(
                    key=f"pairing_active:{number}:{user.pk}:inbox:",
                    rule="pairing_active",
                    channel="inbox",
                    recipient=user,
                    object_id=number,
                    state="sent",
                    finished_at=timezone.now(),
                    facts={
                        "tutor": "量测导师",
                        "pupil": "量测学员",
                        "from_on": "2026-03-02",
                        "pairing": str(uuid.UUID(int=number)),
                    },
                )
                for user in self.users
                for number in range(NOTICES_EACH * (4 if user in (self.secretary,) else 1))
            ),
            batch_size=2_000,
        )
        Notice.objects.bulk_create(
            (
                Notice(item=item, recipient_id=item.recipient_id, rule=item.rule, facts=item.facts)
                for item in items
            ),
            batch_size=2_000,
        )

    def tutoring(self) -> None:
        from django.utils import timezone

        from tutors.models import Batch, Pairing, TutorAppointment

        self.batch = Batch.objects.create(
            district=self.district,
            name_zh="量测带教批次",
            launched_on=self.today - datetime.timedelta(days=90),
        )
        tutors, pupils = self.persons[1 : PAIRS + 1], self.persons[PAIRS + 1 : 2 * PAIRS + 1]
        TutorAppointment.objects.bulk_create(
            TutorAppointment(person=person, district=self.district) for person in tutors
        )
        now = timezone.now()
        Pairing.objects.bulk_create(
            Pairing(
                batch=self.batch,
                tutor=tutor,
                pupil=pupil,
                tutor_unit=tutor.unit,
                pupil_unit=pupil.unit,
                state="active",
                from_on=self.batch.launched_on,
                tutor_accepted_at=now,
                pupil_accepted_at=now,
            )
            for tutor, pupil in zip(tutors, pupils, strict=True)
        )

    def visitors(self) -> dict[str, Any]:
        """Ids that the list of pages needs."""
        return {
            "secretary": self.secretary.pk,
            "organiser": self.organiser.pk,
            "district": self.overseer.pk,
            "base_admin": self.admin.pk,
            "open_class": str(self.offerings[-1].public_id),
            "district_place": self.district.pk,
            "street_place": self.streets[0].pk,
            "committee_place": self.committees[0].pk,
            "batch": str(self.batch.public_id),
        }


def moment(day: datetime.date, hour: int) -> datetime.datetime:
    from django.utils import timezone

    return datetime.datetime.combine(day, datetime.time(hour), timezone.get_current_timezone())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trainingbase.settings")
    django.setup()
    from django.db import transaction

    with transaction.atomic():
        facts = Population().fill()
    print(json.dumps(facts))
