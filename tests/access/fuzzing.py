"""Sending what nobody of good will sends, and looking at what comes of it."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access.shown_forms import Field, Form, read
from tests.access.spec import Route, Visit
from tests.access.world import World
from tests.factories.accounts import client_of, token_of

MARK = "\"'><script>fuzz()</script><img src=x onerror=fuzz()>"
NOBODY = "00000000-0000-4000-8000-000000000000"
HUGE = str(2**63)
NUMBERS = (HUGE, "-1", "0", "0.1", "1e400", "NaN", "Infinity", "9" * 400)
DAYS = ("9999-12-31", "0001-01-01", "2026-02-30", "20260305")
TEXTS = (
    "",
    "样\x00本",
    "长" * 10_000,
    "\u202e\u2066a\u200f",
    MARK,
    "'; --",
    "{{ 7 }}%s",
    "五",
    NOBODY,
)
ANYTHING = (*TEXTS, HUGE, "-1", "1e400", "9999-12-31", "0001-01-01")
ASKED = ("样\x00本", MARK, "五", NOBODY, HUGE, "-1", "1e400", "9999-12-31", "0001-01-01")
# What only a program can send.
AS_JSON: tuple[Any, ...] = (
    None,
    True,
    [],
    {},
    [MARK],
    -1,
    0.1,
    2**63,
    float("nan"),
    float("inf"),
    "\ud800",
    *ANYTHING,
)
# Written on every visit, whatever it asks for.
BESIDE = {"django_session", "accounts_attempt"}


@dataclass
class Finding:
    """Something that an answer should not have been."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Sender:
    """Requests of one role, each taken back after it."""

    def __init__(self, world: World, role: str, *, csrf: bool = False) -> None:
        self.world, self.role, self.csrf = world, role, csrf
        self.user = world.own.users[role]
        self._key = client_of(self.user).cookies[settings.SESSION_COOKIE_NAME].value
        self._token = token_of(self.user, may_write=True)

    def send(self, path: str, route: Route, method: str = "post", **sent: Any) -> Any:
        client = Client(raise_request_exception=False, enforce_csrf_checks=self.csrf)
        headers = dict(route.headers)
        if route.token:
            headers["Authorization"] = f"Bearer {self._token}"
        else:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._key
        cache.clear()
        answer: Any
        if "content_type" in sent:
            answer = client.generic(method.upper(), path, headers=headers, **sent)
        else:
            answer = getattr(client, method)(path, headers=headers, **sent)
        return answer

    def visit(self) -> Visit:
        return Visit(self.world, self.role, self.user, foreign=False)


def rows() -> dict[str, int]:
    """How many rows every table has."""
    tables = sorted({model._meta.db_table for model in apps.get_models()} - BESIDE)
    counts = ", ".join(f'(SELECT count(*) FROM "{table}")' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return dict(zip(tables, cursor.fetchone(), strict=True))


# Prepared queries (core.prepared) only read.
READS = ("SELECT", "PREPARE", "EXECUTE", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")


class _Writes:
    """Sees whether anything is written; where nothing is, no table need be counted."""

    any = False

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.any |= not str(sql).lstrip().upper().startswith(READS)
        return execute(sql, params, many, context)


def wrong_with(answer: HttpResponse, before: dict[str, int]) -> Iterator[str]:
    """What an answer to bad input must not be. `before`: rows of the tables to be compared."""
    if answer.status_code >= 500:
        yield f"{answer.status_code} {_reason(answer)}"
        return
    body = answer.getvalue().decode(errors="replace")
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    if html and ("<script>fuzz" in body or "<img src=x" in body):
        yield "the page repeats markup as it came"
    if answer.status_code >= 400 and before:
        now = rows()
        changed = [table for table, count in before.items() if now[table] != count]
        if changed:
            yield f"{answer.status_code} and yet it saved: {', '.join(changed)}"
    if answer.status_code == 422 and not _says_something(answer, body, html):
        yield "422 without a sentence"
    asked = getattr(answer, "request", {}).get("REQUEST_METHOD") == "GET"
    if answer.status_code == 200 and html and not asked and _refused_form(answer):
        yield "a refused form with status 200"


def _reason(answer: Any) -> str:
    kind, error, trace = answer.exc_info or (None, "", None)
    last = traceback.extract_tb(trace)
    ours = [frame for frame in last if "site-packages" not in frame.filename] or last
    place = f" at {ours[-1].filename.rpartition('/')[2]}:{ours[-1].lineno}" if ours else ""
    return f"{kind.__name__ if kind else ''} {str(error)[:90]!r}{place}"


def _says_something(answer: HttpResponse, body: str, html: bool) -> bool:
    if not html:
        said = json.loads(body)
        return bool(said.get("message") or said.get("detail"))
    signs = ("invalid-feedback", 'role="alert"', "errorlist", "alert-danger")
    return any(sign in body for sign in signs)


def _refused_form(answer: Any) -> bool:
    """Forms of a library keep the library's manner."""
    match = getattr(answer, "resolver_match", None)
    if match is None or match.func.__module__.startswith("allauth"):
        return False
    for context in answer.context or ():
        for shown in context.dicts if hasattr(context, "dicts") else (context,):
            if any(getattr(value, "is_bound", False) and value.errors for value in shown.values()):
                return True
    return False


def upload(name: str = "a.csv", data: bytes = b"\x00\xff\xfe not what it says") -> Any:
    return SimpleUploadedFile(name, data)


def hostile_for(shown: Field) -> tuple[Any, ...]:
    """What to send in a field: everything where text is free, else what its kind invites."""
    if shown.kind == "file":
        return ("text instead", upload(), upload("<script>.pdf", b"%PDF-"), upload("e", b""))
    extra: tuple[Any, ...] = (upload(), [shown.filled(), "x", MARK])
    if shown.kind == "date":
        return (MARK, "五", "２０２６-03-05", *DAYS, *extra)
    if shown.kind == "number":
        return (MARK, "五", "１２", *NUMBERS, *extra)
    if shown.kind in ("select", "radio", "checkbox", "hidden"):
        return ("", "样\x00本", MARK, NOBODY, "-1", "999999", HUGE, "1e400", *extra)
    return (*ANYTHING, *extra)


def bodies(form: Form) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every bad way to fill in a form, with a name for it."""
    yield "all empty", dict.fromkeys(form.fields, "")
    yield "nothing", {}
    good = {name: shown.filled() for name, shown in form.fields.items() if shown.kind != "file"}
    yield "as shown", good
    for name, shown in form.fields.items():
        for value in hostile_for(shown):
            yield f"{name}={str(value)[:24]!r}", good | {name: value}


class Fuzzer:
    """Collects the forms a role is shown, and sends them back filled in badly."""

    def __init__(self, world: World, routes: dict[str, Route]) -> None:
        self.world, self.routes = world, routes
        self.sent = 0

    def shown_to(self, sender: Sender) -> tuple[dict[str, list[Form]], dict[str, set[str]]]:
        """Route -> forms that lead to it; route -> parameters that pages send it."""
        forms: dict[str, list[Form]] = {}
        asked: dict[str, set[str]] = {}
        for name, route in self.routes.items():
            if route.token or route.expected("GET", sender.role, False) != 200:
                continue
            with self._undone():
                path = self._path(name, route, sender)
                answer = sender.send(path + route.query, route, "get")
                page = answer.getvalue().decode(errors="replace")
            if "html" not in answer.headers.get("Content-Type", ""):
                continue
            reader = read(path, page)
            for target, names in reader.links:
                asked.setdefault(target, set()).update(names)
            for form in reader.forms:
                if form.method == "post":
                    forms.setdefault(form.route, []).append(form)
                else:
                    asked.setdefault(form.route, set()).update(form.fields)
        return forms, asked

    def post(self, name: str, forms: list[Form], sender: Sender) -> Iterator[Finding]:
        """Every bad way to send the forms that lead to a route."""
        route = self.routes[name]
        with self._undone():
            path, visit = self._path(name, route, sender) + route.query, sender.visit()
            before = rows()
            whole = Form("post", name)
            for key, value in route.body(visit).items():
                whole.fields[key] = Field(key, "text", str(value))
            for form in forms:
                whole.fields |= form.fields
            for title, body in bodies(whole):
                yield from self._judged(name, sender, title, before, path, data=body)
            for title, sent in RAW.items():
                yield from self._judged(name, sender, title, before, path, **sent)

    def post_json(self, name: str, sender: Sender) -> Iterator[Finding]:
        """Every bad way to call an operation of the API that writes."""
        route = self.routes[name]
        with self._undone():
            path, good = self._path(name, route, sender), dict(route.body(sender.visit()))
            before = rows()
            sent = [("nothing", {}), ("a list", [1]), ("a text", MARK)]
            for key in good:
                sent += [(f"{key}={str(value)[:24]!r}", good | {key: value}) for value in AS_JSON]
            for title, body in sent:
                raw = {"data": json.dumps(body), "content_type": "application/json"}
                yield from self._judged(name, sender, title, before, path, **raw)
            for title, other in RAW.items():
                yield from self._judged(name, sender, title, before, path, **other)

    def without_token(self, name: str, sender: Sender) -> Iterator[Finding]:
        """A form sent from elsewhere is refused before anything is looked at."""
        route = self.routes[name]
        with self._undone():
            path, before = self._path(name, route, sender), rows()
            answer = sender.send(path, route, data=route.body(sender.visit()))
            if answer.status_code != 403 or rows() != before:
                yield Finding(f"{name} {sender.role}", f"{answer.status_code} without a token")

    def ask(self, name: str, parameters: set[str], sender: Sender) -> Iterator[Finding]:
        """Every bad value in the query of a page."""
        route = self.routes[name]
        with self._undone():
            path, before = self._path(name, route, sender), rows()
            for key in sorted({"page", *parameters}):
                for value in (*ASKED, ["x", MARK]):
                    title, sent = f"?{key}={str(value)[:24]!r}", {"query_params": {key: value}}
                    yield from self._judged(name, sender, title, before, path, method="get", **sent)
                broken = f"{path}?{key}=%ff%fe%ed%a0%80&{key}"
                yield from self._judged(name, sender, f"?{key}=%ff", before, broken, method="get")

    def _judged(
        self, name: str, sender: Sender, title: str, before: dict[str, int], path: str, **sent: Any
    ) -> Iterator[Finding]:
        self.sent += 1
        where = f"{name} {sender.role} {title}"
        writes = _Writes()
        with self._undone():
            with connection.execute_wrapper(writes):
                answer = sender.send(path, self.routes[name], **sent)
            for what in wrong_with(answer, before if writes.any else {}):
                yield Finding(where, what)

    def _undone(self) -> Any:
        return _taken_back()

    def _path(self, name: str, route: Route, sender: Sender) -> str:
        return reverse(name, kwargs=route.args(sender.visit()) if route.args else {})


class _taken_back:
    """A savepoint that is never kept, whatever broke inside it."""

    def __enter__(self) -> None:
        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def __exit__(self, *reason: Any) -> None:
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)


RAW: dict[str, dict[str, Any]] = {
    "a body that is no UTF-8": {
        "data": b"a=%ff&b=\xff\xfe%ed%a0%80&\xff=1",
        "content_type": "application/x-www-form-urlencoded",
    },
    "JSON with half a character": {
        "data": '{"a": "\\ud800"}',
        "content_type": "application/json",
    },
    "multipart without an end": {
        "data": b'--line\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff',
        "content_type": "multipart/form-data; boundary=line",
    },
    "multipart without a boundary": {"data": b"a", "content_type": "multipart/form-data"},
    "a body of no known type": {"data": b"\x00\xff", "content_type": "application/octet-stream"},
    "an unknown charset": {
        "data": b"a=1",
        "content_type": "application/x-www-form-urlencoded; charset=no-such",
    },
    "too many fields": {
        "data": "&".join(f"a{number}=1" for number in range(2100)),
        "content_type": "application/x-www-form-urlencoded",
    },
}
