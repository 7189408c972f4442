"""Stand-ins for the values of a prepared query (core.prepared).

They take the place of values while a query is built, and find them among the arguments later.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Value

from core.scope import NOBODY, Grant, Scope

Arguments = tuple[Any, ...]
Get = Callable[[Arguments], Any]
# Arguments that say what is asked and not with which value.
AS_IT_IS = (bool, frozenset)


class Given(Value):
    """A place in a prepared query for a value that its arguments hold."""

    def __init__(self, get: Get) -> None:
        super().__init__(None)
        self.get = get

    def turned(self, turn: Callable[[Any], Any]) -> Given:
        """The same value, changed on its way into the query."""
        get = self.get
        return Given(lambda arguments: turn(get(arguments)))

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    @property
    def identity(self) -> Any:  # what Django compares and hashes expressions by
        return (Given, id(self.get))


class GivenMany(Given):
    """A place for a tuple of known length, as `field__in` takes it."""

    def __init__(self, get: Get, length: int) -> None:
        super().__init__(get)
        self.length = length

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not self.length:
            raise EmptyResultSet
        return f"({', '.join(['%s'] * self.length)})", list(self)

    def __iter__(self) -> Iterator[Given]:
        return (self.turned(operator.itemgetter(at)) for at in range(self.length))

    def __bool__(self) -> bool:
        return self.length > 0


@dataclass(frozen=True, slots=True)
class GivenScope(Scope):
    """A scope with the grants of a real one, whose values are filled in when it is asked."""

    real: Scope = NOBODY
    get: Get = operator.itemgetter(0)

    def base_ids(self, *roles: str) -> Any:
        return self._many(lambda scope: scope.base_ids(*roles))

    def place_ids(self, *roles: str) -> Any:
        return self._many(lambda scope: scope.place_ids(*roles))

    def line_ids(self, *roles: str) -> Any:
        return self._many(lambda scope: scope.line_ids(*roles))

    def root_ids(self, *roles: str) -> Any:
        return self._many(lambda scope: scope.root_ids(*roles))

    def _many(self, read: Callable[[Scope], tuple[Any, ...]]) -> GivenMany:
        get = self.get
        return GivenMany(lambda arguments: read(get(arguments)), len(read(self.real)))


def _given_scope(scope: Scope, get: Get) -> GivenScope:
    def part(path: str) -> Any:
        read = operator.attrgetter(path)
        return None if read(scope) is None else Given(lambda arguments: read(get(arguments)))

    return GivenScope(
        user_id=part("user_id"),
        person_id=part("person_id"),
        on=part("on"),
        grants=tuple(_given_grant(scope, get, at) for at in range(len(scope.grants))),
        real=scope,
        get=get,
    )


def _given_grant(scope: Scope, get: Get, at: int) -> Grant:
    grant = scope.grants[at]

    def part(name: str) -> Any:
        if getattr(grant, name) is None:
            return None
        return Given(lambda arguments: getattr(get(arguments).grants[at], name))

    def path(nth: int) -> Any:
        return Given(lambda arguments: get(arguments).grants[at].paths[nth])

    return replace(
        grant,
        **{name: part(name) for name in ("place_id", "base_id", "member_org_id")},
        paths=tuple(path(nth) for nth in range(len(grant.paths))),
    )


def _grant_shape(grant: Grant) -> tuple[Any, ...]:
    depths = tuple(path.count("/") for path in grant.paths)
    has = (grant.place_id is None, grant.base_id is None, grant.member_org_id is None)
    return (grant.role, *has, depths)


def shape_of(value: Any) -> Any:
    """What of an argument decides the text of the query."""
    if isinstance(value, tuple):
        return len(value)
    if isinstance(value, Scope):
        grants = tuple([_grant_shape(grant) for grant in value.grants])
        return (value.user_id is None, value.person_id is None, grants)
    return value if value is None or isinstance(value, AS_IT_IS) else ""


def stand_in(value: Any, at: int) -> Any:
    def get(arguments: Arguments) -> Any:
        return arguments[at]

    if value is None or isinstance(value, AS_IT_IS):
        return value
    if isinstance(value, tuple):
        return GivenMany(get, len(value))
    return _given_scope(value, get) if isinstance(value, Scope) else Given(get)
