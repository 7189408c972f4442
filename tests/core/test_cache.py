"""A dead cache costs speed, never an answer."""

from __future__ import annotations

import time
from typing import Any

import pytest

from core import cache
from core.cache import FaultTolerantRedisCache


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> FaultTolerantRedisCache:
    """A cache whose server is not there; nothing listens on port 1."""
    monkeypatch.setattr(cache, "_deaf_until", 0.0)
    return FaultTolerantRedisCache("redis://127.0.0.1:1/0", {})


ANSWERS: list[tuple[str, tuple[Any, ...], Any]] = [
    ("get", ("k", "default"), "default"),
    ("set", ("k", 1), None),
    ("add", ("k", 1), True),
    ("touch", ("k",), False),
    ("delete", ("k",), False),
    ("get_many", (["a", "b"],), {}),
    ("set_many", ({"a": 1},), []),
    ("delete_many", (["a"],), None),
    ("has_key", ("k",), False),
    ("incr", ("k", 5), 5),
    ("clear", (), None),
]


@pytest.mark.parametrize(("method", "arguments", "answer"), ANSWERS)
def test_every_method_answers_without_a_server(
    dead: FaultTolerantRedisCache, method: str, arguments: tuple[Any, ...], answer: Any
) -> None:
    assert getattr(dead, method)(*arguments) == answer


def test_a_value_is_computed_when_the_cache_is_dead(dead: FaultTolerantRedisCache) -> None:
    assert dead.get_or_set("k", lambda: 7) == 7


def test_after_a_failure_the_server_is_left_alone_and_then_asked_again(
    dead: FaultTolerantRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def refuse(self: Any, key: str, *rest: Any) -> None:
        asked.append(key)
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.cache.backends.redis.RedisCache.get", refuse)
    dead.get("first")
    dead.get("second")
    assert asked == ["first"]

    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + cache.DEAF_FOR + 1)
    dead.get("third")
    assert asked == ["first", "third"]
