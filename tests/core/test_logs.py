"""Log lines tell what happened and never to whom."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.logs import logging_config
from tests.factories.accounts import PASSWORD, UserFactory, client_of

pytestmark = pytest.mark.django_db
PERSONAL = ("wang.xiaoming", "王小明", "%E7%8E%8B", "13812345678", "xiaoming@example.org", PASSWORD)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What production would write to stderr."""
    config = logging_config(debug=False)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    configurator = logging.config.DictConfigurator(config)
    handler.setFormatter(configurator.configure_formatter(config["formatters"]["line"]))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def parsed(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def user() -> User:
    return UserFactory(username="wang.xiaoming", email="xiaoming@example.org", mobile="13812345678")


def test_a_request_is_one_line_with_its_route_and_no_more(lines: io.StringIO, user: User) -> None:
    client_of(user).get("/notices/?q=王小明&mobile=13812345678")

    (line,) = [line for line in parsed(lines) if line["event"] == "request"]
    assert line["route"] == "notices:notice-list"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert isinstance(line["ms"], int)
    assert line.keys() == {
        "event",
        "route",
        "method",
        "status",
        "ms",
        "level",
        "logger",
        "timestamp",
    }


def test_no_personal_data_in_the_lines_of_requests_that_go_well_or_wrong(
    lines: io.StringIO, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client(raise_request_exception=False)
    browser.post(reverse("account_login"), {"login": "wang.xiaoming", "password": "wrong 王小明"})
    browser.post(reverse("account_login"), {"login": "13812345678", "password": PASSWORD})
    browser.get("/no-such-page/?name=王小明&next=xiaoming@example.org")
    browser.get("/audit/?who=王小明")

    def fail(*_: Any, **__: Any) -> None:
        raise IntegrityError('duplicate key: (username)=(wang.xiaoming), "13812345678"')

    monkeypatch.setattr("notices.views.reading.shown", fail)
    monkeypatch.setattr("notices.views.page_of", fail)
    browser.force_login(user)
    assert browser.get("/notices/?q=王小明").status_code == 500

    text = lines.getvalue()
    assert '"status": 500' in text
    assert [word for word in PERSONAL if word in text] == []
    (failed,) = [line for line in parsed(lines) if "exception" in line]
    assert failed["exception"] == "IntegrityError"
    assert any("notices/views.py" in place and "notice_list" in place for place in failed["at"])


def test_a_failed_task_is_named_without_its_message(lines: io.StringIO) -> None:
    try:
        raise ValueError("wang.xiaoming")
    except ValueError as error:
        logging.getLogger("celery.app.trace").error(
            "Task %(name)s[%(id)s] %(description)s: %(exc)s",
            {"name": "t.deliver", "id": "1", "description": "raised unexpected", "exc": error},
            exc_info=True,
        )

    (line,) = parsed(lines)
    assert line["event"] == "Task t.deliver raised unexpected"
    assert "wang" not in lines.getvalue()


def test_a_line_cannot_be_forged_by_a_line_break(lines: io.StringIO) -> None:
    structlog.get_logger("tests").info("one", value='x"}\n{"event": "forged"}')

    (line,) = parsed(lines)
    assert line["event"] == "one"


def test_the_chain_of_an_exception_is_named(lines: io.StringIO) -> None:
    try:
        try:
            raise KeyError("13812345678")
        except KeyError as error:
            raise RuntimeError("王小明") from error
    except RuntimeError:
        structlog.get_logger("tests").exception("failed")

    (line,) = parsed(lines)
    assert line["exception"] == "RuntimeError < KeyError"
    assert [word for word in PERSONAL if word in lines.getvalue()] == []
