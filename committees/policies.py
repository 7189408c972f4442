"""Rules that differ by place and change with time: each value has its dates and its source.

An app registers its keys; a value set for a district comes before one set for everywhere, and that
before the registered default.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from committees.models import Place, PolicyValue
from committees.rules import Kind
from core.prepared import prepared
from core.registries import policy_keys
from core.words import in_language

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


# Groups of the list of rules in their order, and the records they are read for.
GROUPS: Mapping[str, tuple[Any, Any]] = {
    "hours": (_("Class hours"), _("Class-hour entries and yearly targets")),
    "classes": (
        _("Plan and classes"),
        _("Classes; one that is open keeps the values it opened with"),
    ),
    "attendance": (_("Attendance, leave and results"), _("Attendance and results of classes")),
    "tutoring": (_("Tutoring"), _("Pairings; one under way keeps the values it was signed with")),
    "practice": (_("Exercises, disputes, claims"), _("Exercises, dispute panels, claim lists")),
    "privacy": (_("Personal data"), _("Personal data and registers")),
}
ASSUMED_ZH = "本平台假定，待各区确认"
ASSUMED_EN = "Assumed by this portal; each district confirms it"


@dataclass(frozen=True)
class PolicyKey:
    """A rule: what it says, its type, its default and where that comes from.

    `grade`: A official text, B official site or press, C weak, D own assumption.
    `expired_on`: the source itself has run out; the page says so. `note`: what to look at when the
    source is checked. `computes`: code of this portal reads the value; else it is on record only.
    """

    key: str
    label: _StrOrPromise
    kind: Kind
    default: Any
    group: str = "hours"
    source_zh: str = ASSUMED_ZH
    source_en: str = ASSUMED_EN
    grade: str = "D"
    expired_on: datetime.date | None = None
    note_zh: str = ""
    note_en: str = ""
    computes: bool = False

    def say(self, value: Any) -> str:
        """`value` in words; one that no longer fits the type is shown as it is kept."""
        try:
            return self.kind.say(value)
        except (KeyError, TypeError, ValueError):
            return str(value)

    @property
    def group_label(self) -> str:
        return str(GROUPS[self.group][0])

    @property
    def used_for(self) -> str:
        return str(GROUPS[self.group][1])

    @property
    def source(self) -> str:
        return in_language(self.source_zh, self.source_en)

    @property
    def note(self) -> str:
        return in_language(self.note_zh, self.note_en)


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """A value on a day, and why it is this one. `value_id` None: the default."""

    key: str
    value: Any
    source_zh: str
    source_en: str
    grade: str = ""
    from_on: datetime.date | None = None
    to_on: datetime.date | None = None
    checked_by: str = ""
    checked_on: datetime.date | None = None
    source_expired_on: datetime.date | None = None
    is_default: bool = False
    value_id: int | None = None
    district_id: int | None = None

    @property
    def source(self) -> str:
        return in_language(self.source_zh, self.source_en)


def policy(key: str, place: Place | None, on: datetime.date) -> PolicyAnswer:
    """The value of `key` at `place` on `on`. Raises KeyError for a key nobody registered."""
    return policies((key,), place, on)[key]


def policies(
    keys: Iterable[str], place: Place | None, on: datetime.date
) -> dict[str, PolicyAnswer]:
    """The values of several rules at once, in one query. Raises KeyError as `policy` does."""
    wanted: dict[str, PolicyKey] = {key: policy_keys.get(key) for key in keys}
    found: dict[str, PolicyValue] = {}
    for row in _standing(tuple(wanted), tuple(place_ids(place)), on):
        found.setdefault(row.key, row)
    return {
        key: answer_of(found[key]) if key in found else default_of(registered)
        for key, registered in wanted.items()
    }


@prepared
def _standing(
    keys: tuple[str, ...], above: tuple[int, ...], on: datetime.date
) -> QuerySet[PolicyValue]:
    """Values that hold on a day, those of a district before those for everywhere."""
    return (
        PolicyValue.objects.filter(key__in=keys, from_on__lte=on)
        .filter(Q(to_on=None) | Q(to_on__gte=on))
        .filter(Q(district=None) | Q(district__in=above))
        .order_by(PolicyValue.own_district_first(), "-from_on")
    )


def place_ids(place: Place | None) -> list[int]:
    """The place and all above it: a rule of any of them holds here."""
    return [int(part) for part in place.path.strip("/").split("/")] if place else []


def default_of(registered: PolicyKey) -> PolicyAnswer:
    return PolicyAnswer(
        key=registered.key,
        value=registered.default,
        source_zh=registered.source_zh,
        source_en=registered.source_en,
        grade=registered.grade,
        source_expired_on=registered.expired_on,
        is_default=True,
    )


def answer_of(row: PolicyValue) -> PolicyAnswer:
    return PolicyAnswer(
        key=row.key,
        value=row.value,
        source_zh=row.source_zh,
        source_en=row.source_en or row.source_zh,
        grade=row.grade,
        from_on=row.from_on,
        to_on=row.to_on,
        checked_by=row.checked_by,
        checked_on=row.checked_on,
        source_expired_on=row.source_ends_on,
        value_id=row.pk,
        district_id=row.district_id,
    )


def snapshot(keys: Iterable[str], place: Place | None, on: datetime.date) -> dict[str, Any]:
    """Values on a day as a class or a pairing keeps them: later changes do not reach it."""
    return {
        key: {
            "value": answer.value,
            "from": answer.from_on.isoformat() if answer.from_on else None,
            "own": answer.district_id is not None,
        }
        for key, answer in policies(keys, place, on).items()
    }


@dataclass(frozen=True, slots=True)
class KeptRule:
    """A rule as a snapshot holds it, for its page."""

    key: str
    label: str
    value: str


def kept_rules(kept: Mapping[str, Any]) -> list[KeptRule]:
    """The lines of a snapshot in the order of the registry."""
    return [
        KeptRule(key, str(entry.label), entry.say(kept[key]["value"]))
        for key, entry in policy_keys.items()
        if key in kept
    ]


def register_keys(keys: Iterable[PolicyKey]) -> None:
    """Called by every app at start-up with the rules it owns."""
    for entry in keys:
        policy_keys.add(entry.key, entry)
