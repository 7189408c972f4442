"""What becomes of a row, in the words of the truth files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from committees.matching import PlaceFact
from committees.models.people import Post
from core.sheets.dates import When

if TYPE_CHECKING:
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


class Change(StrEnum):
    """What applying a row does, or did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a row: a defect's code, how grave it is, a sentence for the report.

    An ACCEPT finding says something without changing the outcome.
    """

    code: str
    outcome: Outcome
    message: str


@dataclass(slots=True)
class PlannedRow:
    """A row of the sheet, what was read in it and what becomes of it."""

    sheet: str
    number: int
    findings: list[Finding] = field(default_factory=list)
    name: str = ""
    sex: str = ""
    birth: When | None = None
    mobile: str = ""
    education: str = ""
    is_party_member: bool | None = None
    district: str = ""
    street: str = ""
    committee: str = ""
    place: PlaceFact | None = None
    position: str = ""
    posts: tuple[Post, ...] = ()
    in_charge: bool = False  # of the first post
    concurrent: bool = False
    appointed: When | None = None
    duplicate_of: int | None = None
    change: Change | None = None
    person_id: int | None = None
    beginning: list[Post] = field(default_factory=list)  # posts that applying begins
    settled: int | None = None  # findings before the portal was asked

    def add(self, code: str, outcome: Outcome, message: object) -> None:
        self.findings.append(Finding(code, outcome, str(message)))

    @property
    def seat(self) -> Post | None:
        """The post by which the row claims the committee's seat as secretary, if it does."""
        if self.in_charge:
            return self.posts[0]
        return Post.SECRETARY if Post.SECRETARY in self.posts else None

    @property
    def outcome(self) -> Outcome:
        return max((f.outcome for f in self.findings), key=RANK.__getitem__, default=Outcome.ACCEPT)

    def applies(self) -> bool:
        return self.outcome in APPLIED

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.findings if finding.code]

    @property
    def message(self) -> str:
        """The sentences of the outcome first, then the others."""
        ranked = sorted(self.findings, key=lambda finding: -RANK[finding.outcome])
        words = [finding.message for finding in ranked if finding.message]
        done = [f"{self.change}:"] if self.change and self.applies() else []
        return " ".join(done + list(dict.fromkeys(words)))


@dataclass(slots=True)
class Plan:
    """Every row of the file, in its order, and what was said about the file as a whole."""

    rows: list[PlannedRow]
    notes: list[str] = field(default_factory=list)
    sheets: tuple[Sheet, ...] = ()

    def outcomes(self) -> Counter[str]:
        return Counter(str(row.outcome) for row in self.rows)

    def changes(self) -> Counter[str]:
        return Counter(str(row.change) for row in self.applicable() if row.change)

    def applicable(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.applies()]

    @property
    def foreign(self) -> bool:
        """Whether the list speaks of other places only."""
        rows = data_rows(self.rows)
        return bool(rows) and all("D09_street_unknown" in row.codes for row in rows)

    @property
    def to_look_at(self) -> bool:
        return any(row.outcome in TO_LOOK_AT for row in self.rows)


def data_rows(rows: Iterable[PlannedRow]) -> list[PlannedRow]:
    """Rows that speak of somebody."""
    return [row for row in rows if row.outcome is not Outcome.SKIP]
