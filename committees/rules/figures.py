"""Rules that are figures: whole numbers, class hours, shares, steps, parts of a hundred."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.rules.base import VALUE, Input, WrongValue, joint, quarters_of, whole_of

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from committees.rules.base import Words

A_SHARE = re.compile(r"\d{1,6}(\.\d{1,6})?(/\d{1,6}|%)?", re.ASCII)


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    least: int = 0
    most: int = 1000
    unit: _StrOrPromise = ""

    def inputs(self) -> tuple[Input, ...]:
        told = gettext_lazy("A whole number from %(least)d to %(most)d.")
        return (Input("value", self.unit or VALUE.label, help_text=_of(told, self)),)

    def parse(self, typed: Mapping[str, Any]) -> int:
        return whole_of(typed.get("value"), "value", self.least, self.most)

    def typed(self, value: Any) -> dict[str, Any]:
        return {"value": str(value)}

    def say(self, value: Any) -> str:
        return f"{value}{joint('', ' ')}{self.unit}".strip()


def _of(text: Any, bounds: Any) -> str:
    return str(text) % {"least": bounds.least, "most": bounds.most}


@dataclass(frozen=True)
class Hours:
    """Class hours in steps of a quarter, kept as integer quarters."""

    most: int = 100

    def inputs(self) -> tuple[Input, ...]:
        label = gettext_lazy("class hours")
        return (Input("value", label, help_text=gettext_lazy("In steps of 0.25.")),)

    def parse(self, typed: Mapping[str, Any]) -> int:
        return quarters_of(typed.get("value"), "value", self.most)

    def typed(self, value: Any) -> dict[str, Any]:
        return {"value": f"{value / 4:g}"}

    def say(self, value: Any) -> str:
        return _("%(hours)s class hours") % {"hours": f"{value / 4:g}"}


@dataclass(frozen=True)
class Share:
    """A part of a whole as an exact fraction: 1/7, 3/4, 50%."""

    def inputs(self) -> tuple[Input, ...]:
        told = gettext_lazy("A fraction such as 1/7, or a percentage.")
        return (Input("value", gettext_lazy("Share"), help_text=told),)

    def parse(self, typed: Mapping[str, Any]) -> str:
        text = str(typed.get("value") or "").replace("％", "%").replace("／", "/")
        text = "".join(text.split())
        share = Fraction(-1)
        if A_SHARE.fullmatch(text) and not re.search(r"/0+$", text):
            above, _slash, below = text.removesuffix("%").partition("/")
            share = Fraction(above) / int(below or 1) / (100 if text.endswith("%") else 1)
        if not 0 <= share <= 1:
            raise WrongValue(
                _("Write a share between 0 and 1: a fraction such as 1/7, or a percentage."),
                field="value",
            )
        return str(share)

    def typed(self, value: Any) -> dict[str, Any]:
        return {"value": self.say(value)}

    def say(self, value: Any) -> str:
        share = Fraction(str(value))
        whole = share.denominator in (1, 2, 5, 10, 20, 25, 50, 100)
        return f"{int(share * 100)}%" if whole and share not in (0,) else str(share)


@dataclass(frozen=True)
class Bands:
    """Steps: from so many minutes on, so many class hours. Kept highest first as
    [minutes, quarters]."""

    rows: int = 4

    def inputs(self) -> tuple[Input, ...]:
        found = []
        for row in range(1, self.rows + 1):
            start = _("Step %(number)d: from minute") % {"number": row}
            worth = _("Step %(number)d: class hours") % {"number": row}
            more = row > 1
            found += [
                Input(f"from_{row}", start, optional=more),
                Input(f"worth_{row}", worth, optional=more),
            ]
        return tuple(found)

    def parse(self, typed: Mapping[str, Any]) -> list[list[int]]:
        bands: list[list[int]] = []
        for row in range(1, self.rows + 1):
            start, worth = typed.get(f"from_{row}"), typed.get(f"worth_{row}")
            if not (start or worth):
                continue
            band = [
                whole_of(start, f"from_{row}", 0, 1440),
                quarters_of(worth, f"worth_{row}", 24),
            ]
            if bands and (band[0] >= bands[-1][0] or band[1] > bands[-1][1]):
                raise WrongValue(
                    _("Write the longest time first; less time is never worth more."),
                    field=f"from_{row}",
                )
            bands.append(band)
        if not bands:
            raise WrongValue(_("Write at least one step."), field="from_1")
        return bands

    def typed(self, value: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for row, (start, worth) in enumerate(value, start=1):
            found |= {f"from_{row}": str(start), f"worth_{row}": f"{worth / 4:g}"}
        return found

    def say(self, value: Any) -> str:
        line = _("from %(minutes)d minutes: %(hours)s class hours")
        steps = [line % {"minutes": start, "hours": f"{worth / 4:g}"} for start, worth in value]
        return joint("；", "; ").join(steps)


@dataclass(frozen=True)
class Weights:
    """Named parts that make 100 together."""

    words: Words = field(default_factory=dict, hash=False)

    def inputs(self) -> tuple[Input, ...]:
        return tuple(Input(name, word) for name, word in self.words.items())

    def parse(self, typed: Mapping[str, Any]) -> dict[str, int]:
        parts = {name: whole_of(typed.get(name), name, 0, 100) for name in self.words}
        total = sum(parts.values())
        if total != 100:
            raise WrongValue(
                _("The parts make %(total)d together; they must make 100.") % {"total": total},
                field=next(iter(self.words)),
            )
        return parts

    def typed(self, value: Any) -> dict[str, Any]:
        return {name: str(value.get(name, 0)) for name in self.words}

    def say(self, value: Any) -> str:
        return " · ".join(f"{word} {value.get(name, 0)}" for name, word in self.words.items())
