"""Who completed: a pure rule over marks."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from courses.models.attendance import ATTENDED


class Verdict(NamedTuple):
    """Attended and due sessions, the least share, and whether it is reached."""

    attended: int
    due: int
    least: Fraction

    @property
    def completed(self) -> bool:
        """Exact: 3 of 4 reaches three quarters. A class without sessions is not completed."""
        return self.due > 0 and Fraction(self.attended, self.due) >= self.least

    @property
    def reason(self) -> str:
        """As stored on the enrolment: figures that speak in any language."""
        return (
            f"{self.attended}/{self.due} ≥ {self.least}"
            if self.completed
            else (f"{self.attended}/{self.due} < {self.least}")
        )


def judge(marks: Iterable[str], due: int, least: Fraction) -> Verdict:
    """`marks` of one person in `due` sessions; late and early count as attended, leave does not."""
    return Verdict(sum(mark in ATTENDED for mark in marks), due, least)
