"""The secretaries of a place in figures: each opens the list of the people it counts.

Counted from the rows at every visit, with the conditions of the directory's filters. What documents
report stands beside them and is never mixed in.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.directory import FILTERS, Wanted
from committees.directory.asking import UNKNOWN
from committees.directory.finding import (
    AgeLimits,
    age_limits,
    first_of_the_new,
    of_person,
    of_service,
    seats_under,
)
from committees.models import Affiliation, Person, Place, ReportedIndicator
from committees.models.people import Post
from core.charts import Chart, Series
from core.prepared import compiled
from core.scope import Scope, scope_of

# What the roster shows, in its order, and how each bar chart is called.
TRAITS: Mapping[str, Promise | str] = {
    "sex": gettext_lazy("Secretaries by sex"),
    "age": gettext_lazy("Secretaries by age"),
    "education": gettext_lazy("Secretaries by education"),
    "source": gettext_lazy("Where the secretaries come from"),
    "since": gettext_lazy("Time in the present post"),
}


OF_SERVICE = ("source", "since")


@dataclass(frozen=True, slots=True)
class Part:
    """One figure of a trait: how many secretaries, and the list of exactly these."""

    code: str
    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Team:
    """The secretaries in post of a place whom the reader may see."""

    total: int
    url: str
    vacant: int
    vacant_url: str
    mean_age: float | None
    traits: Mapping[str, tuple[Part, ...]]

    def share(self, trait: str, *codes: str) -> tuple[int, int]:
        """How many have one of `codes`, of all for whom the trait is known."""
        parts = self.traits[trait]
        known = sum(part.count for part in parts if part.code != UNKNOWN)
        return sum(part.count for part in parts if part.code in codes), known


def team_of(viewer: Any, place: Place, today: datetime.date) -> Team:
    """Two queries: everything about those who hold a seat, and the vacant posts."""
    limits = (age_limits(today), first_of_the_new(today))
    found = _figures(scope_of(viewer), place.path, *limits).first()
    names = list(_counts(*limits))
    # No row: nobody holds a seat.
    total, born, *counts = found or (0, None, *[0] * len(names))
    counted = dict(zip(names, counts, strict=True))
    return Team(
        total=total,
        url=_list_url(place),
        vacant=_vacant(place.path).count(),
        vacant_url=f"{reverse('committees:place-list')}?vacant=1&place={place.pk}",
        mean_age=None if born is None else round(today.year - float(born), 1),
        traits={trait: _parts(place, trait, counted) for trait in TRAITS},
    )


def _counts(ages: AgeLimits, first_new: datetime.date) -> dict[str, Count]:
    """ "trait_code" -> how many have it."""
    counts = {}
    for trait in TRAITS:
        if trait in OF_SERVICE:
            conditions = of_service(trait, first_new)
        else:
            conditions = of_person(trait, ages, "person__")
        for code, condition in conditions.items():
            counts[f"{trait}_{code}"] = Count("pk", filter=condition)
    return counts


@compiled
def _figures(
    scope: Scope, path: str, ages: AgeLimits, first_new: datetime.date
) -> QuerySet[Affiliation, tuple[Any, ...]]:
    """(how many, mean year of birth, each of `_counts`) of the secretaries below a place whom the
    directory lists; nothing when there is none."""
    seats = seats_under(scope, path).values("to_on")  # open ones only: one group
    counts = _counts(ages, first_new)
    born = Avg("person__birth_year")
    figures = seats.annotate(total=Count("pk"), born=born, **counts)
    return figures.order_by().values_list("total", "born", *counts)


@compiled
def _vacant(path: str) -> QuerySet[Place]:
    return Place.objects.vacant().filter(path__under=path)


def _parts(place: Place, trait: str, counted: Mapping[str, int]) -> tuple[Part, ...]:
    _label, choices = FILTERS[trait]
    return tuple(
        Part(code, str(label), counted[f"{trait}_{code}"], _list_url(place, **{trait: code}))
        for code, label in choices
    )


def _list_url(place: Place, **chosen: str) -> str:
    wanted = Wanted(place=place, post=Post.SECRETARY, **chosen)
    return f"{reverse('committees:person-list')}?{wanted.query}"


def charts(team: Team) -> list[Chart]:
    """A lying bar chart for each trait, its table twin with a link behind every figure."""
    unit, source = _("persons"), _("posts and people of this portal, counted at this moment")
    return [
        Chart(
            key=f"by-{trait}",
            title=_finding(str(title), team.traits[trait]),
            categories=[part.label for part in team.traits[trait]],
            series=[Series(_("Secretaries"), [part.count for part in team.traits[trait]])],
            kind="row",
            category=str(FILTERS[trait][0]),
            unit=unit,
            source=source,
            urls=[part.url for part in team.traits[trait]],
        )
        for trait, title in TRAITS.items()
    ]


def _finding(title: str, parts: tuple[Part, ...]) -> str:
    """The title with what the chart shows: its largest part, where one is larger than the rest."""
    known = sorted((part for part in parts if part.code != UNKNOWN), key=lambda part: -part.count)
    total = sum(part.count for part in parts)
    if len(known) < 2 or known[0].count == known[1].count:
        return title
    return _("%(title)s: %(label)s, %(count)s of %(total)s") % {
        "title": title,
        "label": known[0].label,
        "count": known[0].count,
        "total": total,
    }


def counted_lines(team: Team) -> list[tuple[str, str, str]]:
    """(label, value, of how many) of what documents usually report, as counted here."""
    women, sexes = team.share("sex", Person.Sex.FEMALE)
    degrees = (Person.Education.COLLEGE, Person.Education.BACHELOR, Person.Education.MASTER)
    educated, educations = team.share("education", *degrees)
    known = _("of %(known)s known")
    ages = team.total - next(part.count for part in team.traits["age"] if part.code == UNKNOWN)
    mean = "—" if team.mean_age is None else f"{team.mean_age:.1f}"
    return [
        (_("Women"), _share(women, sexes), known % {"known": sexes}),
        (_("Junior college or above"), _share(educated, educations), known % {"known": educations}),
        (_("Average age, by the year of birth"), mean, known % {"known": ages}),
    ]


def _share(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.1f}%".replace(".0%", "%") if whole else "—"


def reported_for(place: Place) -> list[ReportedIndicator]:
    """What documents report of the place and of those above it, the nearest first."""
    line = [*place.ancestor_ids, place.pk]
    rows = ReportedIndicator.objects.filter(place__in=line).select_related("place")
    return list(rows.order_by("-place__level", "pk"))
