"""Rules that differ by place and change with time: each value has its dates and its source.

An app registers its keys; a value set for a district comes before one set for everywhere, and that
before the registered default.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models import Place, PolicyValue
from core.registries import policy_keys

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True)
class PolicyKey:
    """A rule: what it says, its default and where that comes from.

    `grade`: A official text, B official site or press, C weak, D own assumption.
    `expired_on`: the source itself has run out; the page says so.
    """

    key: str
    label: _StrOrPromise
    default: Any
    source_zh: str
    source_en: str
    grade: str
    unit: _StrOrPromise = ""
    expired_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """A value on a day, and why it is this one."""

    value: Any
    source_zh: str
    source_en: str
    grade: str = ""
    from_on: datetime.date | None = None
    checked_by: str = ""
    checked_on: datetime.date | None = None
    source_expired_on: datetime.date | None = None
    is_default: bool = False


def policy(key: str, place: Place | None, on: datetime.date) -> PolicyAnswer:
    """The value of `key` at `place` on `on`. Raises KeyError for a key nobody registered."""
    registered: PolicyKey = policy_keys.get(key)
    above = [int(part) for part in place.path.strip("/").split("/")] if place else []
    found = (
        PolicyValue.objects.filter(key=key, from_on__lte=on)
        .filter(Q(to_on=None) | Q(to_on__gte=on))
        .filter(Q(district=None) | Q(district__in=above))
        .order_by(PolicyValue.own_district_first(), "-from_on")
        .first()
    )
    if found is None:
        return PolicyAnswer(
            value=registered.default,
            source_zh=registered.source_zh,
            source_en=registered.source_en,
            grade=registered.grade,
            source_expired_on=registered.expired_on,
            is_default=True,
        )
    return PolicyAnswer(
        value=found.value,
        source_zh=found.source_zh,
        source_en=found.source_en or found.source_zh,
        from_on=found.from_on,
        checked_by=found.checked_by,
        checked_on=found.checked_on,
    )


KEYS = (
    PolicyKey(
        key="hours.secretary_year",
        label=_("Class hours of a Party secretary in a year"),
        default=56,
        unit=_("class hours"),
        source_zh="《2019—2023年全国党员教育培训工作规划》：基层党组织书记每年不少于56学时（规划期已于2023年届满，续期文件待核实）",
        source_en="National plan for training Party members 2019-2023: at least 56 class hours a "
        "year for grassroots secretaries (the plan ended in 2023; its successor is to be checked)",
        grade="C",
        expired_on=datetime.date(2023, 12, 31),
    ),
    PolicyKey(
        key="hours.party_member_year",
        label=_("Class hours of a Party member in a year"),
        default=32,
        unit=_("class hours"),
        source_zh="《中国共产党党员教育管理工作条例》第二十条：党员每年集中学习培训时间一般不少于32学时",
        source_en="Regulation on the education and management of Party members, Article 20: "
        "generally at least 32 class hours of centralised study a year",
        grade="A",
    ),
)


def register_keys() -> None:
    """Called once at start-up."""
    for entry in KEYS:
        policy_keys.add(entry.key, entry)
