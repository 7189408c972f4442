"""Rows of the class-hour ledger."""

from __future__ import annotations

import datetime

import factory
from factory.django import DjangoModelFactory

from records.models import HourAccount, HourCategory, HourEntry
from tests.factories.committees import PersonFactory


class HourAccountFactory(DjangoModelFactory):
    class Meta:
        model = HourAccount

    person = factory.SubFactory(PersonFactory)


class HourEntryFactory(DjangoModelFactory):
    """One class hour."""

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
