"""Is the portal able to work: database, migrations, broker, worker and beat, age of the outbox."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from core.models import Heartbeat
from core.registries import health_checks

BEAT = "beat"
WORKER = "worker"
SILENT_AFTER = datetime.timedelta(seconds=120)


def beat(name: str) -> None:
    """Note a sign of life of `name`."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


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
        checks |= {name: check() for name, check in health_checks.items()}
    essential = ("database", "migrations")
    ready = all(checks.get(name, "unknown") == "ok" for name in essential)
    degraded = sorted(name for name, value in checks.items() if value != "ok")
    return {"status": "ok" if ready else "unavailable", "checks": checks, "degraded": degraded}


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


_migrated = False


def _migrations() -> str:
    global _migrated  # noqa: PLW0603 -- once done, migrations do not undo themselves
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
    return "ok" if timezone.now() - seen < SILENT_AFTER else "silent"
