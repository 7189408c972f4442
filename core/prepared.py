"""Queries that are built and compiled once in a process, and asked again with other values.

Most of a page's time went into building and compiling the same few queries (docs/adr/0064). Here a
function says once what is asked:

    @prepared
    def unread(user_id: int) -> QuerySet[Notice]:
        return Notice.objects.filter(recipient_id=user_id, read_at=None).order_by("-pk")

    unread(7).count(); list(unread(7)); unread(7)[:3]; unread.plain(7)  # the ORM's own QuerySet

It is called with stand-ins (`Given`) once for each *shape* of its arguments: which of them are
None, how long a tuple is, which roles a `Scope` holds; True, False and a frozenset (of choices) are
taken as they are. It must take every value that changes from its arguments, today's date above all,
and must not look into them; a fixed day in the text is refused. PostgreSQL keeps its plan too: each
connection prepares the text when it first needs it.
"""

from __future__ import annotations

import datetime
import functools
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary, WeakSet

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.http import Http404

from core.given import Arguments, Given, shape_of, stand_in

Row = TypeVar("Row")
# Shapes of one query that are kept: roles and filters in use are far fewer.
MOST_SHAPES = 128
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _for_database(value: Any, connection: Any) -> Any:
    """A value as the database's driver takes it."""
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, datetime.date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, uuid.UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


_numbers = count()
# Names of the statements that a connection has prepared, by the number of their plan.
_names: WeakKeyDictionary[Any, dict[int, str]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Plan:
    """A compiled query: its text, what stands at each `%s`, and how its rows are read."""

    rows: QuerySet[Any]
    compiler: Any
    text: str
    values: tuple[Any, ...]
    # Whether PostgreSQL may keep its plan; see `compiled`.
    kept: bool = True
    number: int = field(init=False, default_factory=_numbers.__next__)

    def bound(self, arguments: Arguments, connection: Any) -> list[Any]:
        """What stands at each `%s` of the text."""
        return [
            _for_database(value.get(arguments), connection) if isinstance(value, Given) else value
            for value in self.values
        ]

    def statement(self, arguments: Arguments, connection: Any) -> tuple[str, list[Any] | None]:
        """What to send to the database, and the values with it."""
        if connection.vendor != "postgresql" or not self.kept:
            return self.text, self.bound(arguments, connection)
        given = [
            _for_database(value.get(arguments), connection)
            for value in self.values
            if isinstance(value, Given)
        ]
        connection.ensure_connection()
        names = _names.setdefault(connection.connection, {})
        with_values = f"({', '.join(['%s'] * len(given))})" if given else ""
        if (name := names.get(self.number)) is not None:
            return f"EXECUTE {name}{with_values}", given or None
        # Named before it is sent: should that fail, the next attempt gets a name of its own.
        name = names[self.number] = f"q{next(_numbers)}"
        text = self._numbered(connection)
        text = text.replace("%", "%%") if given else text
        return f"PREPARE {name} AS {text}; EXECUTE {name}{with_values}", given or None

    def _numbered(self, connection: Any) -> str:
        """The text with $1, $2 … where values come, and with its constants written out."""
        from psycopg2.extensions import AsIs  # only there when PostgreSQL is

        numbers = count(1)
        marks = [AsIs(f"${next(numbers)}") if isinstance(v, Given) else v for v in self.values]
        with connection.connection.cursor() as cursor:
            return str(cursor.mogrify(self.text, marks).decode())


class Ready(SQLCompiler):
    """Django's compiler after its work: it knows the text and reads the rows."""

    plan: Plan
    arguments: Arguments
    connection: Any
    converters: Any

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        if not self.plan.text:
            raise EmptyResultSet
        return self.plan.statement(self.arguments, self.connection)

    def get_converters(self, expressions: Any) -> Any:
        return self.converters


def _compiled(rows: QuerySet[Any]) -> Plan:
    """The plan of `rows`; its text is empty when no row can meet the conditions."""
    compiler = rows.query.get_compiler(using=rows.db)
    try:
        text, values = compiler.as_sql()
    except EmptyResultSet:
        text, values = "", ()
    for value in values:
        if isinstance(value, datetime.date) or (isinstance(value, str) and DAY.match(value)):
            raise ValueError(f"{value} is fixed in a prepared query; give it as an argument")
    ready = Ready(rows.query, compiler.connection, rows.db)
    vars(ready).update(vars(compiler))
    ready.connection = None  # each thread has its own; see Asked
    ready.converters = compiler.get_converters([column[0] for column in compiler.select or ()])
    return Plan(rows, ready, text, tuple(values))


@dataclass(frozen=True, slots=True)
class Asked(Generic[Row]):
    """A prepared query with its values: iterated, counted or paged like a QuerySet."""

    query: Prepared[Row]
    arguments: Arguments

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows("", self.arguments))

    def __getitem__(self, part: slice) -> list[Row]:
        start = part.start or 0
        return list(self._rows("page", (*self.arguments, part.stop - start, start)))

    def first(self) -> Row | None:
        """The first row as the query orders them, or None. It must ask for one row itself."""
        return next(iter(self), None)

    def or_404(self) -> Row:
        """The first row; "not found" when there is none, as for what the reader may not see."""
        for row in self:
            return row
        raise Http404

    def text(self) -> tuple[str, list[Any]]:
        """The plain statement and its values, to stand inside a larger one."""
        plan = self.query.plan("", self.arguments)
        return plan.text, plan.bound(self.arguments, connections[plan.rows.db])

    def count(self) -> int:
        plan = self.query.plan("count", self.arguments)
        if not plan.text:
            return 0
        connection = connections[plan.rows.db]
        with connection.cursor() as cursor:
            cursor.execute(*plan.statement(self.arguments, connection))
            (found,) = cursor.fetchone()
        return int(found)

    def _rows(self, use: str, arguments: Arguments) -> Iterable[Row]:
        plan = self.query.plan(use, self.arguments)
        compiler = copy(plan.compiler)
        compiler.plan, compiler.arguments = plan, arguments
        compiler.connection = connections[plan.rows.db]
        query: Any = copy(plan.rows.query)
        query.get_compiler = lambda *args, **kwargs: compiler
        return _with_query(plan.rows, query)


def _with_query(rows: Any, query: Any) -> Any:
    """`rows` with another query, without the cost of cloning the one it has."""
    found = rows.__class__(model=rows.model, query=query, using=rows.db)
    found._iterable_class = rows._iterable_class
    found._fields = rows._fields
    found._prefetch_related_lookups = rows._prefetch_related_lookups
    return found


_every: WeakSet[Prepared[Any]] = WeakSet()


def forget() -> None:
    """As in a process that has just begun; for tests."""
    for query in _every:
        query._plans.clear()


class Prepared(Generic[Row]):
    """What `@prepared` makes of a function that builds a query."""

    def __init__(self, plain: Callable[..., QuerySet[Any, Row]], *, kept: bool = True) -> None:
        self.plain = plain
        self.kept = kept
        self._plans: dict[Any, Plan] = {}
        _every.add(self)
        functools.update_wrapper(self, plain)

    def __call__(self, *arguments: Any) -> Asked[Row]:
        return Asked(self, arguments)

    def plan(self, use: str, arguments: Arguments) -> Plan:
        """The plan for arguments of this shape; `use`: "", "count" or "page"."""
        alias = router.db_for_read(Model)
        key = (use, alias, *[shape_of(value) for value in arguments])
        found = self._plans.get(key)
        if found is None:
            if len(self._plans) >= MOST_SHAPES:
                self._plans.clear()
            found = self._plans[key] = replace(self._build(use, arguments), kept=self.kept)
        return found

    def _build(self, use: str, arguments: Arguments) -> Plan:
        rows = self.plain(*[stand_in(value, at) for at, value in enumerate(arguments)])
        if use == "count":
            inner = _compiled(rows.order_by().values("pk"))
            # The ORM's own text, its values still apart from it.
            counted = f"SELECT COUNT(*) FROM ({inner.text}) counted"  # noqa: S608
            return replace(inner, text=counted if inner.text else "")
        plan = _compiled(rows)
        if use == "page" and plan.text:
            length, start = Given(lambda found: found[-2]), Given(lambda found: found[-1])
            values = (*plan.values, length, start)
            return replace(plan, text=f"{plan.text} LIMIT %s OFFSET %s", values=values)
        return plan


def prepared(plain: Callable[..., QuerySet[Any, Row]]) -> Prepared[Row]:
    """Build and compile the query of `plain` once for each shape of its arguments."""
    return Prepared(plain)


def compiled(plain: Callable[..., QuerySet[Any, Row]]) -> Prepared[Row]:
    """Like `prepared`, but PostgreSQL plans it for the values it gets: for questions whose way
    depends on them. A kept plan for any name and any area read everybody for a common surname."""
    return Prepared(plain, kept=False)
