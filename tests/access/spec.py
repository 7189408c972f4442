"""How the access matrix is written down.

Each `routes_<app>.py` holds `ROUTES`: route name -> `Route`. It says what a GET and a POST
answer to every role, for an object of the own side and for one of the foreign side. A rule is one
status for all roles, or {status: "roles", status: REST}.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, URLResolver, get_resolver

from core.scope import Role

if TYPE_CHECKING:
    from accounts.models import User
    from tests.access.world import Side, World

ROLES = (*Role.values, "none")
REST = "*"
LOGIN = -1  # a redirect to the sign-in page
Rule = int | dict[int, str]


@dataclass
class Visit:
    """One request to come: who asks, about which side of the world."""

    world: World
    role: str
    user: User | None
    foreign: bool

    @property
    def side(self) -> Side:
        return self.world.foreign if self.foreign else self.world.own


@dataclass(frozen=True)
class Route:
    """What a route answers. `args` builds its arguments for the visited side; without `args` there
    is no object and so no foreign one."""

    get: Rule = 405
    post: Rule = 405
    args: Callable[[Visit], dict[str, Any]] | None = None
    foreign_get: Rule | None = None
    foreign_post: Rule | None = None
    delete: Rule | None = None  # the API's third act; None: not asked
    foreign_delete: Rule | None = None
    anonymous_get: int = LOGIN
    anonymous_post: int = LOGIN
    data: Callable[[Visit], dict[str, Any]] | dict[str, Any] = field(default_factory=dict)
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    token: bool = False  # the API: a bearer token instead of a session; anonymous gets 401

    @property
    def methods(self) -> tuple[str, ...]:
        return ("GET", "POST") if self.delete is None else ("GET", "POST", "DELETE")

    def expected(self, method: str, role: str, foreign: bool) -> int:
        name = method.lower()
        rule: Rule = getattr(self, name)
        if role == "anonymous":
            if self.token:
                return 405 if rule == 405 else 401
            anonymous: int = getattr(self, f"anonymous_{name}")
            return anonymous
        if foreign:
            other: Rule | None = getattr(self, f"foreign_{name}")
            rule = other if other is not None else (405 if rule == 405 else 404)
        return resolve(rule, role)

    def body(self, visit: Visit) -> dict[str, Any]:
        return self.data(visit) if callable(self.data) else self.data


def public(**rules: Any) -> Route:
    """A page that anybody may open."""
    route: dict[str, Any] = {"anonymous_get": 200, "anonymous_post": 405}
    return Route(**(route | rules))


def resolve(rule: Rule, role: str) -> int:
    if isinstance(rule, int):
        return rule
    rest = 0
    for status, roles in rule.items():
        if roles == REST:
            rest = status
            continue
        wanted = set(roles.split())
        assert wanted <= set(ROLES), wanted - set(ROLES)
        if role in wanted:
            return status
    assert rest, f"the rule says nothing about {role}"
    return rest


def every_route() -> Iterator[tuple[str, URLPattern]]:
    """Full names of all routes with their patterns."""
    yield from _walk(get_resolver(), ())


def _walk(resolver: URLResolver, namespaces: tuple[str, ...]) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, inner)
        else:
            yield ":".join((*namespaces, entry.name or f"unnamed {entry.pattern}")), entry
