"""Rows of outbox and inbox, and a rule that tests steer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import factory
from factory.django import DjangoModelFactory

from notices.models import Channel, Notice, OutboxItem
from notices.rules import Due, Facts, Message, TimedRule
from tests.factories.accounts import UserFactory


class SampleRule(TimedRule):
    """A rule for tests: asks for what `asked_for` holds, unwanted for the objects in `moot`."""

    key = "tests.sample"
    label = "Sample"
    email = True
    confirm = True

    def __init__(self) -> None:
        self.asked_for: list[Due] = []
        self.moot: set[int] = set()

    def render(self, facts: Facts, language: str) -> Message:
        if "title" not in facts:
            raise KeyError("title")
        return Message(
            title=f"{language}: {facts['title']}", body=str(facts.get("body", "")), url="/"
        )

    def still_wanted(self, item: OutboxItem) -> bool:
        return item.object_id not in self.moot

    def due(self, now: Any) -> Iterator[Due]:
        yield from self.asked_for


class OutboxItemFactory(DjangoModelFactory):
    class Meta:
        model = OutboxItem

    rule = SampleRule.key
    channel = Channel.INBOX
    recipient = factory.SubFactory(UserFactory)
    object_id = factory.Sequence(lambda n: n + 1)
    facts = factory.Dict({"title": "Opening"})
    key = factory.LazyAttribute(
        lambda item: f"{item.rule}:{item.object_id}:{item.recipient.pk}:{item.channel}:"
    )


class NoticeFactory(DjangoModelFactory):
    class Meta:
        model = Notice

    item = factory.SubFactory(OutboxItemFactory, state=OutboxItem.State.SENT)
    recipient = factory.SelfAttribute("item.recipient")
    rule = factory.SelfAttribute("item.rule")
    facts = factory.SelfAttribute("item.facts")
