"""What becomes of a row, in the words of the truth files."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from core.sheets.model import Sheet


class Outcome(StrEnum):
    """Ranked: of several findings the gravest decides."""

    ACCEPT = "accept"
    NORMALISE = "normalise"
    REVIEW = "review"
    DUPLICATE = "duplicate"
    ERROR = "error"
    SKIP = "skip"


RANK = {outcome: rank for rank, outcome in enumerate(Outcome)}
APPLIED = frozenset({Outcome.ACCEPT, Outcome.NORMALISE})
TO_LOOK_AT = frozenset({Outcome.REVIEW, Outcome.ERROR})
LEAVE_OUT = "skip"  # the answer that every question takes
AS_IT_STANDS = "take"


class Change(StrEnum):
    """What applying a row does, or did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Question:
    """What a person has to decide before the row can be taken.

    `facts` are what the question stands on (who holds the seat today): an answer holds only while
    they are the same. `choices`: value and label; leaving the row out is always possible.
    """

    key: str
    text: str
    choices: tuple[tuple[str, str], ...]
    facts: str = ""
    optional: bool = False  # the row is taken without an answer, too

    @property
    def unanswered(self) -> Outcome:
        return Outcome.ACCEPT if self.optional else Outcome.REVIEW

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Everything that can be answered, with its words."""
        out = [] if LEAVE_OUT in dict(self.choices) else [(LEAVE_OUT, self.label(LEAVE_OUT))]
        return [*self.choices, *out]

    @property
    def name(self) -> str:
        """Names the question among those of its row."""
        return f"{self.key}:{self.facts}" if self.facts else self.key

    def label(self, answer: str) -> str:
        """The words of an answer."""
        return dict(self.choices).get(answer, _("Leave the row out"))

    def takes(self, answer: str) -> bool:
        return answer == LEAVE_OUT or answer in dict(self.choices)


def as_it_stands(code: str) -> Question:
    """The plain question: is the row right in spite of what was found?"""
    return Question(code, "", ((AS_IT_STANDS, _("Take the row as it stands")),))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a row: a defect's code, how grave it is, a sentence for the report.

    An ACCEPT finding says something without changing the outcome. Every REVIEW finding asks.
    """

    code: str
    outcome: Outcome
    message: str
    question: Question | None = None
    asked: str = ""  # what was found, once it has been answered


@dataclass(frozen=True, slots=True)
class Write:
    """One row of the database that applying made or changed: field -> value before and after.

    What was `created` has no before. This is all that undoing goes by.
    """

    model: str
    pk: int
    fields: dict[str, tuple[Any, Any]]
    created: bool = False


@dataclass(slots=True)
class ImportRow:
    """A row of the sheet and what becomes of it. Kinds add what they read."""

    sheet: str
    number: int
    findings: list[Finding] = field(default_factory=list)
    change: Change | None = None
    # What persons decided, by the question's name; kept for every later import of the same row.
    answers: dict[str, str] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    key: str = ""  # digest of what the row says: finds earlier decisions
    group: str = ""  # the list of a complete roster that the row stands in

    def add(self, code: str, outcome: Outcome, message: object) -> None:
        """Say something about the row. A REVIEW asks whether it is right as it stands."""
        question = as_it_stands(code) if outcome is Outcome.REVIEW else None
        self.findings.append(Finding(code, outcome, str(message), question))

    def ask(self, code: str, message: object, question: Question) -> str:
        """Ask, unless it has been answered; returns the answer, or "" while there is none."""
        answer = self.answers.get(question.name, "")
        finding = Finding(code, question.unanswered, str(message), question)
        known = bool(answer) and question.takes(answer)
        self.findings.append(answered(finding, answer) if known else finding)
        return answer if known else ""

    def settle(self) -> list[tuple[Question, str]]:
        """Take the answers into the findings; returns those that hold, for their effect."""
        decided = []
        for number, finding in enumerate(self.findings):
            question = finding.question
            if question is None:
                continue
            found = finding.asked or finding.message
            finding = Finding(finding.code, question.unanswered, found, question)
            answer = self.answers.get(question.name, "")
            if answer and question.takes(answer):
                finding = answered(finding, answer)
                decided.append((question, answer))
            self.findings[number] = finding
        return decided

    @property
    def questions(self) -> list[Question]:
        """Open and answered questions, each once."""
        asked = [finding.question for finding in self.findings if finding.question]
        return list({question.name: question for question in asked}.values())

    @property
    def outcome(self) -> Outcome:
        return max((f.outcome for f in self.findings), key=RANK.__getitem__, default=Outcome.ACCEPT)

    def applies(self) -> bool:
        return self.outcome in APPLIED

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.findings if finding.code]

    @property
    def sentences(self) -> list[str]:
        """The sentences of the outcome first, then the others."""
        ranked = sorted(self.findings, key=lambda finding: -RANK[finding.outcome])
        return list(dict.fromkeys(finding.message for finding in ranked if finding.message))

    @property
    def message(self) -> str:
        done = [f"{self.change}:"] if self.change and self.applies() else []
        return " ".join(done + self.sentences)


def answered(finding: Finding, answer: str) -> Finding:
    """A finding that a person has dealt with."""
    question = finding.question
    assert question is not None
    if answer == LEAVE_OUT:
        message, outcome = _("Left out by a decision."), Outcome.SKIP
    else:
        message = _("Decided: %(answer)s.") % {"answer": question.label(answer)}
        outcome = Outcome.NORMALISE
    return Finding(finding.code, outcome, message, question, finding.message)


def row_key(*parts: object) -> str:
    """A keyed digest of what a row says, so that decisions keep no name and no number."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    key = b"import:" + settings.FIELD_KEYS[-1].encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


R = TypeVar("R", bound=ImportRow)


@dataclass(slots=True)
class Plan(Generic[R]):
    """Every row of the file, in its order, and what was said about the file as a whole."""

    rows: list[R]
    notes: list[str] = field(default_factory=list)
    sheets: tuple[Sheet, ...] = ()

    def outcomes(self) -> Counter[str]:
        return Counter(str(row.outcome) for row in self.rows)

    def changes(self) -> Counter[str]:
        return Counter(str(row.change) for row in self.applicable() if row.change)

    def applicable(self) -> list[R]:
        return [row for row in self.rows if row.applies()]

    @property
    def foreign(self) -> bool:
        """Whether the list speaks of other places only."""
        rows = data_rows(self.rows)
        return bool(rows) and all("D09_street_unknown" in row.codes for row in rows)

    @property
    def to_look_at(self) -> bool:
        return any(row.outcome in TO_LOOK_AT for row in self.rows)


def data_rows(rows: Iterable[R]) -> Sequence[R]:
    """Rows that speak of somebody or something."""
    return [row for row in rows if row.outcome is not Outcome.SKIP]
