"""Rows of the class-hour ledger."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import factory
from factory.django import DjangoModelFactory

from committees.models import Person
from records.certificates.content import Award
from records.models import HourAccount, HourCategory, HourDecision, HourEntry
from records.services import Posting
from tests.factories.committees import PersonFactory, PlaceFactory

NUMBERS = itertools.count(1)


class HourAccountFactory(DjangoModelFactory):
    class Meta:
        model = HourAccount

    person = factory.SubFactory(PersonFactory)


class HourEntryFactory(DjangoModelFactory):
    """One class hour, waiting to be verified."""

    class Meta:
        model = HourEntry

    account = factory.SubFactory(HourAccountFactory)
    session_on = datetime.date(2026, 3, 5)
    year = factory.LazyAttribute(lambda entry: entry.session_on.year)
    category = HourCategory.CENTRALISED
    quarters = 4
    title_zh = factory.Sequence(lambda number: f"样本课{number}")
    source = "session"
    key = factory.Sequence(lambda number: f"test:{number}")
    needs_decision = True


def verified(**facts: Any) -> HourEntry:
    """An entry that somebody has verified."""
    entry: HourEntry = HourEntryFactory(**facts)
    HourDecision.objects.create(
        entry=entry,
        kind=HourDecision.Kind.VERIFIED,
        account=entry.account,
        year=entry.year,
        category=entry.category,
        quarters=entry.quarters,
    )
    return entry


def posting(person: Person, **facts: Any) -> Posting:
    """Four class hours of centralised training in the person's unit on 5 March 2026."""
    given: dict[str, Any] = {
        "unit": person.unit,
        "session_on": datetime.date(2026, 3, 5),
        "category": HourCategory.CENTRALISED,
        "quarters": 16,
        "title_zh": "加装电梯",
        "source": "session",
        "key": f"posting:{next(NUMBERS)}",
    }
    return Posting(person=person, **(given | facts))


def award_for(person: Person | None = None, **fields: Any) -> Award:
    """A class of two days completed by `person`, with a cause of its own."""
    who = person or PersonFactory(name_zh="张晓丽", unit=PlaceFactory(name_zh="样本第一居委会"))
    facts: dict[str, Any] = {
        "person": who,
        "unit": who.unit,
        "source": "class",
        "group": "a-class",
        "key": f"class:{who.public_id}",
        "title_zh": "加装电梯专题培训班",
        "title_en": "Lifts in old buildings",
        "begins_on": datetime.date(2026, 4, 16),
        "ends_on": datetime.date(2026, 4, 17),
        "quarters": 34,
    }
    return Award(**(facts | fields))
