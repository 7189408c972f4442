"""A row of a roster: what was read in it, and what becomes of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from committees.matching import PlaceFact
from committees.models.people import Post
from core.imports.packing import pack_common, unpack_common
from core.imports.rows import Change, Finding, ImportRow, Outcome, Plan, Question, data_rows
from core.sheets.dates import When

__all__ = [
    "Change",
    "Finding",
    "Outcome",
    "Plan",
    "PlannedRow",
    "Question",
    "data_rows",
    "pack",
    "unpack",
]


@dataclass(slots=True)
class PlannedRow(ImportRow):
    """What was read in a row of a roster."""

    name: str = ""
    sex: str = ""
    birth: When | None = None
    mobile: str = ""
    numbers: list[str] = field(default_factory=list)  # of a cell that holds several
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
    person_id: int | None = None
    beginning: list[Post] = field(default_factory=list)  # posts that applying begins
    # Services (their keys) that applying ends, because somebody said so or the list is complete.
    ending: list[int] = field(default_factory=list)
    settled: int | None = None  # findings before the portal was asked
    again: list[str] = field(default_factory=list)  # posts that begin once more
    second: bool = False  # the seat is held beside another one

    @property
    def seat(self) -> Post | None:
        """The post by which the row claims the committee's seat as secretary, if it does."""
        if self.in_charge:
            return self.posts[0]
        return Post.SECRETARY if Post.SECRETARY in self.posts else None


_PLAIN = (
    *("name", "sex", "mobile", "education", "is_party_member", "district", "street", "committee"),
    *(
        "position",
        "duplicate_of",
        "person_id",
        "ending",
        "settled",
        "again",
        "second",
        "in_charge",
        "concurrent",
        "numbers",
    ),
)


def pack(row: PlannedRow) -> dict[str, Any]:
    """A row as plain data; `unpack` gives the same row."""
    return pack_common(row) | {
        **{key: getattr(row, key) for key in _PLAIN},
        "place": asdict(row.place) if row.place else None,
        "posts": [str(post) for post in row.posts],
        "beginning": [str(post) for post in row.beginning],
        "birth": asdict(row.birth) if row.birth else None,
        "appointed": asdict(row.appointed) if row.appointed else None,
    }


def unpack(data: dict[str, Any]) -> PlannedRow:
    row = PlannedRow("", 0, **{key: data[key] for key in _PLAIN})
    unpack_common(row, data)
    row.place = PlaceFact(**data["place"]) if data["place"] else None
    row.posts = tuple(Post(post) for post in data["posts"])
    row.beginning = [Post(post) for post in data["beginning"]]
    row.birth = When(**data["birth"]) if data["birth"] else None
    row.appointed = When(**data["appointed"]) if data["appointed"] else None
    return row
