"""What the pages of places show: one query for each kind of fact, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from committees.models import (
    Affiliation,
    MemberOrganisation,
    Person,
    Place,
    PlaceHistory,
    PlaceProfile,
    PlaceQuerySet,
    ReportedIndicator,
)
from committees.models.people import SECRETARIAL, Post
from core.prepared import compiled, prepared
from core.scope import Scope, scope_of

SUBDISTRICT, COMMITTEE = Place.Level.SUBDISTRICT, Place.Level.COMMITTEE
# Posts whose holders sit in the two committees of a residential area or village.
TWO_COMMITTEES = frozenset({Post.SECRETARY, Post.DEPUTY, Post.HEAD, Post.MEMBER})


@dataclass(slots=True)
class PlaceRow:
    """A place in a list. `committees` and `vacant` are None where they are not counted.

    `secretary`: of a committee, the person where the reader may see people, else None; `in_charge`:
    she does the secretary's work while nobody is secretary;
    `is_vacant`: of a committee, its last secretary has left and nobody followed.
    """

    place: Place
    committees: int | None = None
    vacant: int | None = None
    secretary: Person | None = None
    in_charge: bool = False
    is_vacant: bool = False


@dataclass(frozen=True, slots=True)
class TeamMember:
    person: Person
    services: list[Affiliation]


@dataclass(slots=True)
class Team:
    """Who serves in the place of a page, the first posts first.

    `serving` holds those whom the reader may see. That a post is filled is no secret:
    `has_secretary` and `members` (people in the two committees) count everybody.
    """

    serving: list[Affiliation]
    has_secretary: bool = False
    members: int = 0

    @property
    def people(self) -> list[TeamMember]:
        """Each person once, with all posts held here."""
        found: dict[int, TeamMember] = {}
        for service in self.serving:
            member = found.setdefault(service.person_id, TeamMember(service.person, []))
            member.services.append(service)
        return list(found.values())


def place_rows(viewer: Any, places: Iterable[Place]) -> list[PlaceRow]:
    """Rows for places of any level; one query for committees, one for each level counted above."""
    rows, _team = rows_and_team(viewer, places, None)
    return rows


def rows_and_team(
    viewer: Any, places: Iterable[Place], here: Place | None
) -> tuple[list[PlaceRow], Team]:
    """Rows of `places` and the open services in `here`, in two queries together.

    People whom the viewer may not see are left out; that a post is filled is no secret.
    """
    rows = {place.pk: PlaceRow(place) for place in places}
    committees = [key for key, row in rows.items() if row.place.level == COMMITTEE]
    team, members = Team([]), set()
    if committees or here is not None:
        at = here.pk if here is not None else None
        services = list(_serving(tuple(committees), at))
        people = tuple({service.person_id for service in services})
        seen = {key for (key,) in _seen(scope_of(viewer), people)} if people else set()
        for service in services:
            row = rows.get(service.place_id or 0)
            if row is not None:
                row.secretary = service.person if service.person_id in seen else None
                row.in_charge = service.in_charge
                continue
            team.has_secretary |= service.counts_as_secretary
            if service.post in TWO_COMMITTEES:
                members.add(service.person_id)
            if service.person_id in seen:
                team.serving.append(service)
    _mark_vacant(rows, committees)
    _add_counts(rows)
    order = {post: rank for rank, post in enumerate(Post.values)}
    team.serving.sort(key=lambda service: order[service.post])
    team.members = len(members)
    return list(rows.values()), team


@prepared
def _serving(committees: tuple[int, ...], here: int | None) -> QuerySet[Affiliation]:
    """Who does a secretary's work in `committees`, and everybody in post in `here`."""
    wanted = Q(place__in=committees) & SECRETARIAL
    if here is not None:
        wanted |= Q(place=here)
    services = Affiliation.objects.open().filter(wanted).select_related("person")
    return services.order_by("person__pinyin", "pk")


@prepared
def _seen(scope: Scope, people: tuple[int, ...]) -> QuerySet[Person, tuple[int]]:
    """Whom of these the reader may see. Asked beside `_serving` and not inside it: there PostgreSQL
    reads everybody first."""
    return Person.objects.present_to(scope).filter(pk__in=people).values_list("pk")


@prepared
def shown(scope: Scope, pk: int) -> QuerySet[Place]:
    """A place for its own page: with facts and the line above."""
    rows = with_facts(Place.objects.visible_to(scope)).filter(pk=pk)
    return rows.select_related("parent__parent__parent__parent")[:1]


@prepared
def below(scope: Scope, pk: int) -> QuerySet[Place]:
    """Places shown below a place, in the order of a list."""
    return in_order(Place.objects.visible_to(scope).shown_below(pk))


def in_order(places: PlaceQuerySet) -> PlaceQuerySet:
    """As a list shows them, each with the place above it."""
    return places.select_related("parent").order_by("level", "pinyin", "name_zh", "pk")


def _mark_vacant(rows: dict[int, PlaceRow], committees: list[int]) -> None:
    without = [key for key in committees if rows[key].secretary is None]
    if without:
        for (key,) in _vacant(tuple(without)):
            rows[key].is_vacant = True


@prepared
def _vacant(committees: tuple[int, ...]) -> QuerySet[Place, tuple[int]]:
    return Place.objects.vacant().filter(pk__in=committees).values_list("pk")


@compiled
def _counts(keys: tuple[int, ...], of_districts: bool) -> QuerySet[Place, tuple[int, int, int]]:
    """(place above, its committees, how many of them are vacant)."""
    field = "parent__parent" if of_districts else "parent"
    vacant = Q(pk__in=Place.objects.vacant().filter(**{f"{field}__in": keys}).values("pk"))
    below = Place.objects.standing().filter(level=COMMITTEE, **{f"{field}__in": keys})
    counts = below.values(above=F(field)).annotate(n=Count("pk"), v=Count("pk", filter=vacant))
    return counts.order_by().values_list("above", "n", "v")


def _add_counts(rows: dict[int, PlaceRow]) -> None:
    """Committees and vacant posts below sub-districts and districts; not counted further up."""
    for level in (SUBDISTRICT, Place.Level.DISTRICT):
        keys = [key for key, row in rows.items() if row.place.level == level]
        if not keys:
            continue
        for key in keys:
            rows[key].committees = rows[key].vacant = 0
        for above, committees, vacant in _counts(tuple(keys), level == Place.Level.DISTRICT):
            rows[above].committees, rows[above].vacant = committees, vacant


@dataclass(frozen=True, slots=True)
class Vacancies:
    """What is open in a committee. `secretary`: "filled", "vacant" (the last one has left) or
    "unknown" (none was ever entered); `seats` of the two committees: None where not known."""

    secretary: str
    seats: int | None
    members: int

    @property
    def open_seats(self) -> int | None:
        return None if self.seats is None else max(self.seats - self.members, 0)


def vacancies(place: Place, profile: PlaceProfile | None, team: Team) -> Vacancies:
    """One query where no secretary serves, none otherwise."""
    secretary = "filled"
    if not team.has_secretary:
        left = _vacant((place.pk,)).first() is not None
        secretary = "vacant" if left else "unknown"
    return Vacancies(secretary, profile.two_committee_seats if profile else None, team.members)


def with_facts(places: PlaceQuerySet) -> PlaceQuerySet:
    """With profile, and whether there are reported figures, member organisations, a past."""
    here = OuterRef("pk")
    return places.select_related("profile").annotate(
        has_reported=Exists(ReportedIndicator.objects.filter(place=here)),
        has_organisations=Exists(MemberOrganisation.objects.filter(place=here, left_on=None)),
        has_past=Exists(PlaceHistory.objects.filter(place=here)),
    )


def top_places(viewer: Any) -> list[Place]:
    """Where browsing begins: the places granted to the viewer, the provinces for who sees all."""
    visible = Place.objects.visible_to(viewer).standing()
    paths = scope_of(viewer).paths()
    tops = visible.filter(path__in=paths) if paths else visible.filter(level=Place.Level.PROVINCE)
    return list(tops.select_related("parent").order_by("level", "pinyin", "pk")[:100])


def line_above(place: Place) -> list[Place]:
    """The places above, from the top; hidden rows are left out. `parent` must be loaded."""
    line = []
    above = place.parent
    while above is not None:
        if not above.hidden:
            line.append(above)
        above = above.parent
    return line[::-1]
