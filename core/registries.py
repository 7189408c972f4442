"""Small explicit registries: how a lower app lets higher apps take part without knowing them.

Every registry is filled in `AppConfig.ready`; its entries run in the order of their `order` and
then of registration. Event registries run inside the caller's transaction, so that a consequence
and its cause stand or fall together. There are no signals of our own.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from django.db.models import Q
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    from core.imports.kinds import ImportKind
    from core.models import Job, StoredFile
    from core.scope import Scope

T = TypeVar("T")


class Registry(Generic[T]):
    """Named entries in order; a name twice is a programming error."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, tuple[int, T]] = {}

    def add(self, key: str, entry: T, *, order: int = 100) -> T:
        """Register `entry` as `key`. Raises ValueError when the key is taken by another entry."""
        if key in self._entries and self._entries[key][1] != entry:
            raise ValueError(f"{self.name}: {key!r} is registered twice")
        self._entries[key] = (order, entry)
        return entry

    def get(self, key: str) -> T:
        """The entry named `key`; raises KeyError."""
        return self._entries[key][1]

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def keys(self) -> list[str]:
        return [key for key, _ in self.items()]

    def items(self) -> list[tuple[str, T]]:
        ranked = sorted(self._entries.items(), key=lambda item: item[1][0])
        return [(key, entry) for key, (_, entry) in ranked]

    def __iter__(self) -> Iterator[T]:
        return iter(entry for _, entry in self.items())

    def __len__(self) -> int:
        return len(self._entries)


class Event(Registry[Callable[..., None]]):
    """What higher apps do when something happened lower down, in the same transaction."""

    def emit(self, **facts: Any) -> None:
        for listener in self:
            listener(**facts)


@dataclass(frozen=True)
class NavEntry:
    """A line of the navigation. `roles` None: everyone signed in. `tab`: also in the phone's bar.

    `badge` counts what waits there for the reader (at most one cheap query); 0 shows nothing.
    `behind` names pages that lie behind the line though they are called differently: names of
    addresses, or their beginnings.
    """

    key: str
    label: _StrOrPromise
    url_name: str
    icon: str
    roles: frozenset[str] | None = None
    group: str = "work"
    tab: bool = False
    badge: Callable[[HttpRequest], int] | None = None
    behind: tuple[str, ...] = ()


@dataclass(frozen=True)
class HomeTile:
    """A part of the Today page: `context` returns None when it has nothing for this person."""

    key: str
    template: str
    context: Callable[[HttpRequest], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a change of people brings about, said before it is made.

    `kind`: "ends", "begins", "stays" (what is recorded), "look" (somebody has to look after it),
    "next" (what the change leaves to be done; `url` leads there).
    """

    text: str
    kind: str = "look"
    url: str = ""


@dataclass(frozen=True)
class PersonSection:
    """A part of a person's page: `context(request, person)` says what the reader may see of it, in
    at most one query; None when that is nothing."""

    key: str
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]


@dataclass(frozen=True)
class PlaceAction:
    """A button on a place's page: `url(request, place)` is where it leads, "" where it is not for
    this reader. No query."""

    key: str
    label: _StrOrPromise
    icon: str
    url: Callable[[HttpRequest, Any], str]


@dataclass(frozen=True)
class Metric:
    """A figure of the dashboards: one definition, one function, one drill-down.

    `stock`: a level that holds until changed (secretaries in post); otherwise counted per year.
    """

    key: str
    label: _StrOrPromise
    definition: _StrOrPromise
    stock: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What one chunk of a job did: how far the job is, and where the next chunk begins."""

    done: int
    total: int | None = None
    cursor: dict[str, Any] | None = None
    finished: bool = False
    result: dict[str, Any] | None = None
    file: StoredFile | None = None


@dataclass(frozen=True)
class JobKind:
    """Long work that a worker does in chunks of at most a second (SQLite: 0.2 s).

    `step` does the chunk that `job.cursor` points at. `atomic`: chunk and cursor commit together;
    a kind that writes no rows of its own (a document) sets it to False and may be asked for the
    same chunk again. `url`: the page of the outcome. `ended`: called in the transaction in which
    the job is done, stopped or cancelled.
    """

    key: str
    label: _StrOrPromise
    step: Callable[[Job], Step]
    atomic: bool = True
    url: Callable[[Job], str] | None = None
    ended: Callable[[Job], None] | None = None


@dataclass(frozen=True)
class FileKind:
    """A kind of private file: which content it takes, how large, for how long it is kept.

    `accepts`: content types of core.files.SIGNATURES. `shown_to`: files of this kind that a scope
    may open besides its own (a filter over StoredFile).
    """

    key: str
    label: _StrOrPromise
    accepts: frozenset[str]
    most_bytes: int
    keep_days: int | None = None
    shown_to: Callable[[Scope], Q] | None = None


@dataclass(frozen=True)
class HourSource:
    """A kind of cause of class hours: its name, and the page of one of that kind by its reference
    (empty where there is none)."""

    label: _StrOrPromise
    url: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class PlannedHours:
    """Hours that somebody will have if a gathering she is enrolled in is held and attended.
    `held`: it is over, and what is left is to enter the hours."""

    on: datetime.date
    category: str
    quarters: int
    title: str
    url: str = ""
    begins: datetime.datetime | None = None
    ends: datetime.datetime | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something of a place that is to be settled before its year is locked."""

    place: str  # its name in the reader's language
    path: str
    what: _StrOrPromise  # empty where the kind says it all
    count: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class PlanNeed:
    """Somebody whom the plan of a year should take up: how many quarters are missing, and how many
    centralised trainings."""

    person_id: int
    unit_id: int
    quarters: int
    as_of: datetime.datetime
    trainings: int = 0


navigation: Registry[NavEntry] = Registry("navigation")
home_tiles: Registry[HomeTile] = Registry("home tiles")
person_sections: Registry[PersonSection] = Registry("person sections")
place_actions: Registry[PlaceAction] = Registry("place actions")
# Today in large text: enrolling, signing in to a class, my hours. key -> NavEntry
big_buttons: Registry[NavEntry] = Registry("big buttons")
# name -> function(request) -> {"name", "duty", "phone"} of the person to call, or None
people_to_call: Registry[Callable[[HttpRequest], dict[str, str] | None]] = Registry(
    "people to call"
)
metrics: Registry[Metric] = Registry("metrics")
# kind of cause -> HourSource: how a line of the ledger opens its evidence
hour_sources: Registry[HourSource] = Registry("sources of class hours")
# name -> function(person number, year, today) -> hours that are planned for the person
hour_forecasts: Registry[Callable[[int, int, datetime.date], list[PlannedHours]]] = Registry(
    "planned class hours"
)
# name -> function(actor, place, year, people's numbers) -> address of the plan or the stored list
# that took them over: where the backstop list of a year goes
backstop_takers: Registry[Callable[..., str]] = Registry("backstop takers")
# kind of work -> function(district's number, its path, year) -> what is still open there
year_end_points: Registry[Callable[[int, str, int], list[OpenPoint]]] = Registry("year-end points")
# name -> function(district's number, year of the plan) -> people the plan should take up
plan_feeds: Registry[Callable[[int, int], list[PlanNeed]]] = Registry("plan feeds")
# key -> rule object of notices.rules
notice_rules: Registry[Any] = Registry("notice rules")
# key -> committees.policies.PolicyKey
policy_keys: Registry[Any] = Registry("policy keys")
# key of a rule -> function(committees.policy_effects.Change) -> Effect: who gains, who loses
policy_effects: Registry[Callable[[Any], Any]] = Registry("policy effects")
# URL prefix -> dotted path of a ninja Router, mounted under /api/v1/
api_routers: Registry[str] = Registry("API routers")
# name -> function that says "ok" or what is the matter, for /readyz
health_checks: Registry[Callable[[], str]] = Registry("health checks")
# name -> function that yields sentences for what is wrong; empty when all is well
invariant_checks: Registry[Callable[[], Iterator[str]]] = Registry("invariant checks")
# name -> function(demo) that adds rows of the demonstration; see core.demo
demo_steps: Registry[Callable[..., None]] = Registry("demonstration steps")
# name -> function() that puts right what real rows counted of the demonstration once it is gone
demo_leavers: Registry[Callable[[], None]] = Registry("what settles after the demonstration")
# name -> function(scope) -> Q over Person: people visible for reasons a higher app knows
person_scopes: Registry[Callable[[Scope], Q]] = Registry("person scopes")
# name -> function(scope) -> Q over AuditEvent: acts a role may read for reasons core cannot know
audit_scopes: Registry[Callable[[Scope], Q]] = Registry("audit scopes")
# key -> JobKind: what a worker can be asked to do
job_kinds: Registry[JobKind] = Registry("job kinds")
# key -> FileKind: private files, see core.files
file_kinds: Registry[FileKind] = Registry("file kinds")
# name -> function() that removes what has been kept long enough; run by beat
tidying: Registry[Callable[[], int]] = Registry("tidying")
# key -> ImportKind: lists that come in from outside, see core.imports
import_kinds: Registry[ImportKind] = Registry("import kinds")
# name -> function(account number) -> the account with its scope, or None when it is closed
accounts_by_number: Registry[Callable[[int], Any]] = Registry("accounts by number")
# name -> function(person, year) -> core.documents.outline.SheetOut: a part of the training file
training_file_parts: Registry[Callable[[Any, int], Any]] = Registry("parts of the training file")
# kind of cause -> function(certificate) -> the facts to certify as they stand today
# (records.certificates.content.Award), or None when the cause is gone
certificate_sources: Registry[Callable[[Any], Any]] = Registry("certificate sources")
# kind of cause -> function(scope) -> the causes ("group" of their certificates) that one heads
certificate_groups: Registry[Callable[[Scope], list[str]]] = Registry("certificate groups")
# name -> function() that recounts a metric from the rows of truth: yields (place_id, year, value)
recounts: Registry[Callable[[], Iterator[tuple[int, int, int]]]] = Registry("recounts")
# name -> function(person ids) -> context manager that notes what its block changes in figures
person_followers: Registry[Callable[[Iterable[int]], AbstractContextManager[None]]] = Registry(
    "person followers"
)
# label of a model -> committees.merging.rules.Rule for rows that cannot both belong to one person
merge_rules: Registry[Any] = Registry("merge rules")
# name -> function(actor, kept, gone) that yields committees.merging.rules.Remark before a merge
merge_remarks: Registry[Callable[..., Iterable[Any]]] = Registry("merge remarks")

# name -> function(move, viewer) that says what else a change of people touches; it writes nothing.
# `move` is committees.services.moves.Move, one change or a whole roster.
appointment_consequences: Registry[Callable[[Any, Any], Iterator[Consequence]]] = Registry(
    "appointment consequences"
)

appointment_changed = Event("appointment changed")
# Before a rule changes: place (None: everywhere), from_on. A listener refuses by a DomainError.
policy_changing = Event("policy changing")
place_succeeded = Event("place succeeded")
person_merged = Event("person merged")
person_erased = Event("person erased")
offering_cancelled = Event("offering cancelled")
