"""A Redis cache whose death costs speed, never an answer."""

from __future__ import annotations

import time
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

# After a failure this process does without the cache for so long (seconds): a frozen server takes
# half a second to time out, and a page asks the cache more than once.
DEAF_FOR = 10.0
_deaf_until = 0.0


def hear_again() -> None:
    """Try the server at once, whatever happened before; for tests."""
    global _deaf_until
    _deaf_until = 0.0


class FaultTolerantRedisCache(RedisCache):
    """Reads miss and writes are lost while Redis is down; nothing raises.

    Nothing may rely on the cache for correctness: sessions and sign-in throttling live in the
    database.
    """

    def _or(self, default: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        global _deaf_until
        if time.monotonic() < _deaf_until:
            return default
        try:
            return getattr(super(), method)(*args, **kwargs)
        except (RedisError, OSError) as exc:
            _deaf_until = time.monotonic() + DEAF_FOR
            log.warning("cache.unreachable", error=type(exc).__name__)
            return default

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._or(True, "add", *args, **kwargs))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._or(default, "get", key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._or(None, "set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._or(False, "touch", *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._or(False, "delete", *args, **kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return self._or({}, "get_many", *args, **kwargs) or {}

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._or(False, "has_key", *args, **kwargs))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return int(self._or(delta, "incr", key, delta, version))

    def set_many(self, *args: Any, **kwargs: Any) -> list[str]:
        return self._or([], "set_many", *args, **kwargs) or []

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._or(None, "delete_many", *args, **kwargs)

    def clear(self) -> None:
        self._or(None, "clear")
