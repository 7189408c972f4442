"""Rules that are words: yes or no, one of a list, several of it, a text; and parts together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.rules.base import VALUE, Input, WrongValue, joint
from committees.rules.figures import Whole

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from committees.rules.base import Words

MOST_TEXT = 200


@dataclass(frozen=True)
class YesNo:
    """Yes or no."""

    def inputs(self) -> tuple[Input, ...]:
        return (
            Input("value", VALUE.label, {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}),
        )

    def parse(self, typed: Mapping[str, Any]) -> bool:
        if typed.get("value") not in ("yes", "no"):
            raise WrongValue(_("Choose yes or no."), field="value")
        return typed["value"] == "yes"

    def typed(self, value: Any) -> dict[str, Any]:
        return {"value": "yes" if value else "no"}

    def say(self, value: Any) -> str:
        return _("Yes") if value else _("No")


@dataclass(frozen=True)
class Choice:
    """One of some words, or (`several`) some of them, or none."""

    words: Words = field(default_factory=dict, hash=False)
    several: bool = False

    def inputs(self) -> tuple[Input, ...]:
        optional = self.several
        return (Input("value", VALUE.label, self.words, self.several, optional=optional),)

    def parse(self, typed: Mapping[str, Any]) -> Any:
        given = typed.get("value") or []
        chosen = [given] if isinstance(given, str) else list(given)
        if any(one not in self.words for one in chosen) or not (chosen or self.several):
            allowed = "; ".join(str(word) for word in self.words.values())
            raise WrongValue(
                _("Choose from the list: %(words)s.") % {"words": allowed}, field="value"
            )
        return [one for one in self.words if one in chosen] if self.several else chosen[0]

    def typed(self, value: Any) -> dict[str, Any]:
        return {"value": value}

    def say(self, value: Any) -> str:
        chosen = value if self.several else [value]
        words = (str(self.words.get(one, one)) for one in chosen)
        return joint("、", ", ").join(words) or _("none")


@dataclass(frozen=True)
class Parts:
    """Several numbers that belong together; each part is a `Whole` or a `Choice`. `either`: one of
    them is enough, and each says its own unit."""

    parts: Mapping[str, tuple[_StrOrPromise, Whole | Choice]] = field(hash=False)
    either: bool = False

    def inputs(self) -> tuple[Input, ...]:
        found = []
        for name, (label, kind) in self.parts.items():
            (inner,) = kind.inputs()
            found.append(Input(name, label, inner.choices, False, inner.help_text))
        return tuple(found)

    def parse(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        value = {}
        for name, (_label, kind) in self.parts.items():
            try:
                value[name] = kind.parse({"value": typed.get(name)})
            except WrongValue as wrong:
                raise WrongValue(wrong.message, field=name) from wrong
        return value

    def typed(self, value: Any) -> dict[str, Any]:
        return {name: kind.typed(value[name])["value"] for name, (_l, kind) in self.parts.items()}

    def say(self, value: Any) -> str:
        if self.either:
            said = (kind.say(value[name]) for name, (_l, kind) in self.parts.items())
            return joint("或", " or ").join(said)
        return " · ".join(
            f"{label}{joint('：', ': ')}{kind.say(value[name])}"
            for name, (label, kind) in self.parts.items()
        )


@dataclass(frozen=True)
class Text:
    """A few words."""

    def inputs(self) -> tuple[Input, ...]:
        return (VALUE,)

    def parse(self, typed: Mapping[str, Any]) -> str:
        text = str(typed.get("value") or "").strip()
        if not 1 <= len(text) <= MOST_TEXT:
            raise WrongValue(
                _("Write 1 to %(most)d characters.") % {"most": MOST_TEXT}, field="value"
            )
        return text

    def typed(self, value: Any) -> dict[str, Any]:
        return {"value": str(value)}

    def say(self, value: Any) -> str:
        return str(value)
