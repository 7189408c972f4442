"""What every type of rule can do.

A type asks for one or several `inputs`; `parse` turns what was typed into the value that is kept
as JSON and refuses with a sentence at the input; `typed` is its reverse; `say` puts it in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.errors import DomainError

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    Words = Mapping[str, _StrOrPromise]


A_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,4})?")


class WrongValue(DomainError):
    """What was typed is no value of this rule; `field` names the input."""

    code = "wrong_value"


@dataclass(frozen=True)
class Input:
    """One thing to type or to choose. `choices` None: text; `several`: more than one choice."""

    name: str
    label: _StrOrPromise
    choices: Words | None = None
    several: bool = False
    help_text: _StrOrPromise = ""
    optional: bool = False


VALUE = Input("value", gettext_lazy("Value"))


class Kind(Protocol):
    """What every type of rule can do."""

    def inputs(self) -> tuple[Input, ...]: ...

    def parse(self, typed: Mapping[str, Any]) -> Any: ...

    def typed(self, value: Any) -> dict[str, Any]: ...

    def say(self, value: Any) -> str: ...


def joint(chinese: str, english: str) -> str:
    """The sign that joins parts, in the reader's language."""
    return chinese if (get_language() or "zh").startswith("zh") else english


def number_of(text: Any, name: str) -> Decimal:
    """The decimal number somebody typed, in full-width digits too."""
    plain = "".join(str(text or "").split()).replace("，", ",").replace(",", ".")
    if not A_NUMBER.fullmatch(plain):
        raise WrongValue(_("Write a number, for example 56."), field=name)
    return Decimal(plain)


def whole_of(text: Any, name: str, least: int, most: int) -> int:
    number = number_of(text, name)
    if number != int(number) or not least <= number <= most:
        raise WrongValue(
            _("Write a whole number from %(least)d to %(most)d.") % {"least": least, "most": most},
            field=name,
        )
    return int(number)


def quarters_of(text: Any, name: str, most: int) -> int:
    quarters = number_of(text, name) * 4
    if quarters != int(quarters) or not 0 <= quarters <= most * 4:
        raise WrongValue(
            _("Write class hours from 0 to %(most)d in steps of 0.25.") % {"most": most}, field=name
        )
    return int(quarters)
