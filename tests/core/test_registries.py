"""Registries: explicit, ordered, and strict about names."""

from __future__ import annotations

import pytest

from core.registries import Event, Registry


def test_entries_come_in_their_order() -> None:
    registry: Registry[str] = Registry("letters")
    registry.add("c", "C", order=30)
    registry.add("a", "A", order=10)
    registry.add("b", "B", order=20)

    assert list(registry) == ["A", "B", "C"]
    assert registry.keys() == ["a", "b", "c"]


def test_a_name_is_taken_once() -> None:
    registry: Registry[str] = Registry("letters")
    registry.add("a", "A")

    registry.add("a", "A")  # the same entry again, as when an app is set up twice
    with pytest.raises(ValueError, match="twice"):
        registry.add("a", "another")


def test_an_event_tells_every_listener() -> None:
    told: list[tuple[str, int]] = []
    moved = Event("moved")
    moved.add("second", lambda place: told.append(("second", place)), order=20)
    moved.add("first", lambda place: told.append(("first", place)), order=10)

    moved.emit(place=7)

    assert told == [("first", 7), ("second", 7)]
