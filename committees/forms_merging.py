"""Choosing what stays of two records."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from committees.merging.facts import Fact
from committees.merging.plan import Question
from committees.models import Person

FACT = "fact-"
ROW = "row-"
SIDES = (("0", "0"), ("1", "1"))


class ReasonForm(forms.Form):
    """Why; may stay empty."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)


class MergeForm(ReasonForm):
    """Which record stays, and which value of every fact that differs. Sides: 0 the older record,
    1 the newer. What is not answered is as proposed; what cannot be read is refused."""

    keep = forms.ChoiceField(choices=SIDES, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        pair: tuple[Person, Person],
        compared: list[Fact],
        questions: list[Question],
        stays: int,
    ) -> None:
        super().__init__(data)
        self.pair, self.proposed_keep = pair, stays
        self.proposed = {FACT + fact.key: str(fact.proposed) for fact in compared if fact.differs}
        for name in self.proposed:
            self.fields[name] = forms.ChoiceField(choices=SIDES, required=False)
        for question in questions:
            self.fields[ROW + question.name] = forms.ChoiceField(
                label=question.text, choices=question.options, required=False
            )
            self.proposed[ROW + question.name] = question.chosen

    def chosen(self, name: str) -> str:
        """The answer given, or what is proposed."""
        given = "" if name in self.errors else self.data.get(name, "")
        return str(given or (self.proposed_keep if name == "keep" else self.proposed.get(name, "")))

    @property
    def kept(self) -> Person:
        return self.pair[int(self.chosen("keep"))]

    @property
    def gone(self) -> Person:
        return self.pair[1 - int(self.chosen("keep"))]

    @property
    def take(self) -> set[str]:
        """Facts whose value comes from the record that goes."""
        return {
            name.removeprefix(FACT)
            for name in self.proposed
            if name.startswith(FACT) and self.chosen(name) != self.chosen("keep")
        }

    @property
    def choices(self) -> dict[str, str]:
        return {
            name.removeprefix(ROW): self.chosen(name)
            for name in self.proposed
            if name.startswith(ROW)
        }

    def answers(self) -> list[tuple[str, str]]:
        """Everything as it goes on to the next step."""
        return [("keep", self.chosen("keep")), *((n, self.chosen(n)) for n in self.proposed)]
