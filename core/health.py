"""Is the portal able to work: database, migrations, broker, worker and beat, age of the outbox,
and whatever other apps register."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from core.models import Heartbeat
from core.registries import health_checks

log = structlog.get_logger(__name__)
BEAT = "beat"
WORKER = "worker"
# A worker gives a sign every 3 seconds; beat's goes through the broker and a worker.
SILENT_AFTER = {
    WORKER: datetime.timedelta(seconds=10),
    BEAT: datetime.timedelta(seconds=120),
}


def beat(name: str) -> None:
    """Note a sign of life of `name`."""
    now = timezone.now()
    if not Heartbeat.objects.filter(name=name).update(at=now):
        Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def report() -> dict[str, Any]:
    """Every check with "ok" or a short reason; `status` is "ok" only when the portal can serve.

    The web pages need the database and its migrations. Broker, worker and beat are reported as
    `degraded`: enrolling goes on, notices wait in the outbox.
    """
    checks: dict[str, str] = {"database": _database()}
    if checks["database"] == "ok":
        checks["migrations"] = _migrations()
    if all(value == "ok" for value in checks.values()):
        checks |= {"broker": _broker(), "worker": _alive(WORKER), "beat": _alive(BEAT)}
        checks |= {name: _ask(check) for name, check in health_checks.items()}
    essential = ("database", "migrations")
    ready = all(checks.get(name, "unknown") == "ok" for name in essential)
    degraded = sorted(name for name, value in checks.items() if value != "ok")
    return {"status": "ok" if ready else "unavailable", "checks": checks, "degraded": degraded}


def _ask(check: Callable[[], str]) -> str:
    """The answer of a registered check; one that fails is bad news, not an error page."""
    try:
        return check()
    except Exception as error:
        log.error("health.check_failed", error=type(error).__name__)
        return "failed"


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


_migrated = False


def _migrations() -> str:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "pending"
        _migrated = True
    return "ok"


def _broker() -> str:
    if not settings.REDIS_URL:
        return "not configured"
    import redis

    url = settings.REDIS_URL.replace("redis+socket://", "unix://")
    client = redis.Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=0.5)
    try:
        client.ping()
    except (redis.RedisError, OSError):
        return "unreachable"
    finally:
        client.close()
    return "ok"


def _alive(name: str) -> str:
    seen = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    if seen is None:
        return "never seen"
    return "ok" if timezone.now() - seen < SILENT_AFTER[name] else "silent"
