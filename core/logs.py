"""Logs as JSON lines on stderr: what happened, to which request, never to whom.

No names, numbers, query strings or bodies go in, and no message of an exception either: a database
repeats the row that it refuses. The audit trail knows who.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

FRAMES = 15

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def where_it_failed(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Instead of a traceback with values: the exceptions' names and the places in the code."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if not isinstance(error, BaseException):
        return event
    names: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(names) < FRAMES:
        names.append(type(seen).__name__)
        seen = seen.__cause__ or seen.__context__
    event["exception"] = " < ".join(names)
    event["at"] = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]
    ]
    return event


def task_without_values(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Celery writes the exception's message into its line; the name of the task is enough."""
    given = event.pop("positional_args", None)
    if isinstance(given, dict) and "exc" in given and "name" in given:
        event["event"] = f"Task {given['name']} {given.get('description', 'failed')}"
    return event


def logging_config(*, debug: bool) -> dict[str, Any]:
    """The LOGGING setting: JSON lines in production, readable lines for developers."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    if debug:
        last: list[Any] = [
            task_without_values,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False),
        ]
    else:
        last = [
            task_without_values,
            where_it_failed,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "processors": last,
                "foreign_pre_chain": SHARED,
                "pass_foreign_args": True,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO" if not debug else "WARNING"},
        "loggers": {
            # Django's own request lines carry paths with query strings; ours do not.
            "django.server": {"handlers": [], "propagate": False},
            "django.request": {"level": "ERROR"},
        },
    }
