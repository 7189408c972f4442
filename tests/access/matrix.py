"""Walking the matrix: every route, role, side and method, each request undone afterwards."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.urls import reverse

import tests.access
from tests.access.spec import LOGIN, ROLES, Route, Visit
from tests.access.world import World
from tests.factories.accounts import client_of, token_of


def specifications() -> dict[str, ModuleType]:
    """app -> its module of routes."""
    return {
        entry.name.removeprefix("routes_"): importlib.import_module(f"tests.access.{entry.name}")
        for entry in pkgutil.iter_modules(tests.access.__path__)
        if entry.name.startswith("routes_")
    }


def prepare(world: World) -> None:
    """Let every app add its objects to both sides."""
    for module in specifications().values():
        build = getattr(module, "build", None)
        if build is not None:
            build(world)


class Walker:
    """Sends requests as every role of the own side."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clients = {role: client_of(world.own.users[role]) for role in ROLES}
        self.tokens = {role: token_of(world.own.users[role], may_write=True) for role in ROLES}

    def walk(self, name: str, route: Route, roles: tuple[str, ...]) -> Iterator[str]:
        """Yield a line for every answer that differs from the specification."""
        for role in roles:
            for foreign in (False, True) if route.args else (False,):
                for method in route.methods:
                    got = self._status(name, route, role, foreign, method)
                    expected = route.expected(method, role, foreign)
                    if got != expected:
                        side = "foreign" if foreign else "own"
                        yield f"{name} {method} {role} {side}: {got}, expected {expected}"

    def page(self, name: str, route: Route, visit: Visit) -> str:
        """What a GET shows, as text; nothing stays changed."""
        cache.clear()
        with transaction.atomic():
            kwargs = route.args(visit) if route.args else {}
            response = self._send(reverse(name, kwargs=kwargs) + route.query, route, visit, "GET")
            transaction.set_rollback(True)
        return _body(response).decode(errors="replace")

    def _status(self, name: str, route: Route, role: str, foreign: bool, method: str) -> int:
        user = self.world.own.users.get(role)
        visit = Visit(self.world, role, user, foreign)
        cache.clear()  # nobody is slowed down because others asked before
        with transaction.atomic():
            kwargs = route.args(visit) if route.args else {}
            path = reverse(name, kwargs=kwargs) + route.query
            response = self._send(path, route, visit, method)
            transaction.set_rollback(True)
        return _status_of(response)

    def _send(self, path: str, route: Route, visit: Visit, method: str) -> HttpResponseBase:
        headers = dict(route.headers)
        client = Client()
        if route.token:
            if visit.user is not None:
                headers["Authorization"] = f"Bearer {self.tokens[visit.role]}"
        elif visit.user is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = (
                self.clients[visit.role].cookies[settings.SESSION_COOKIE_NAME].value
            )
        if method == "GET":
            return client.get(path, headers=headers)
        if method == "DELETE":
            return client.delete(path, headers=headers)
        body = route.body(visit)
        if route.token:
            return client.post(path, body, content_type="application/json", headers=headers)
        return client.post(path, body, headers=headers)


def _status_of(response: HttpResponseBase) -> int:
    """A redirect to the sign-in page that will lead back counts as LOGIN."""
    where = response.headers.get("Location", "")
    if response.status_code == 302 and where.startswith(reverse("account_login") + "?"):
        return LOGIN
    _body(response)
    return response.status_code


def _body(response: HttpResponseBase) -> bytes:
    """All of it: reading a file to its end closes it."""
    assert isinstance(response, HttpResponse | StreamingHttpResponse)
    return response.getvalue()
