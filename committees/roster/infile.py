"""Rows of one file compared with each other: duplicates, namesakes, one seat twice."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from committees.roster.outcomes import Outcome, PlannedRow

REWRITTEN = frozenset({"D13_phone_format", "D16_spaces"})
STOPPED = frozenset({Outcome.ERROR, Outcome.SKIP})


def compare_rows(rows: list[PlannedRow]) -> None:
    """Mark what repeats an earlier row, and what contradicts one. Rows in error take no part."""
    usable = [row for row in rows if row.outcome not in STOPPED]
    by_name: dict[str, list[PlannedRow]] = defaultdict(list)
    for row in usable:
        for earlier in by_name[row.name]:
            _compare(row, earlier)
            if row.duplicate_of:
                break
        if not row.duplicate_of:
            by_name[row.name].append(row)
    _one_seat_once([row for row in usable if not row.duplicate_of])
    _shared_numbers([row for row in usable if not row.duplicate_of])


def _compare(row: PlannedRow, earlier: PlannedRow) -> None:
    """Two rows with one name. The name alone makes nobody the same person."""
    same_post = row.place == earlier.place and row.place is not None and row.posts == earlier.posts
    same_number = bool(row.mobile) and row.mobile == earlier.mobile
    facts = {"row": earlier.number}
    if same_post and (same_number or not (row.mobile and earlier.mobile)):
        row.duplicate_of = earlier.number
        code = "D02_dup_variant" if REWRITTEN & set(row.codes) else "D01_dup_exact"
        row.add(code, Outcome.DUPLICATE, _("The same as row %(row)s.") % facts)
    elif same_post:
        for one, other in ((row, earlier), (earlier, row)):
            message = _("Row %(row)s names the same post with another number.")
            one.add("D02_dup_variant", Outcome.REVIEW, message % {"row": other.number})
    elif same_number:
        message = _("Row %(row)s names the same person in another post. Two posts, or a move?")
        row.add("D23_second_post", Outcome.REVIEW, message % facts)
    else:
        message = _("Somebody else of this name stands in row %(row)s.")
        row.add("D03_same_name_other_person", Outcome.ACCEPT, message % facts)


def _one_seat_once(rows: list[PlannedRow]) -> None:
    """A committee has one secretary: rows that name two are all left to a person."""
    seats: dict[int, list[PlannedRow]] = defaultdict(list)
    for row in rows:
        if row.place and row.seat:
            seats[row.place.pk].append(row)
    for claims in seats.values():
        if len({row.name for row in claims}) < 2:
            continue
        for row in claims:
            others = _(", ").join(str(other.number) for other in claims if other is not row)
            message = _("Rows %(rows)s name another secretary of this committee.")
            row.add("D26_seat_twice", Outcome.REVIEW, message % {"rows": others})


def _shared_numbers(rows: list[PlannedRow]) -> None:
    """One number under two names may be right, and is said."""
    numbers: dict[str, list[PlannedRow]] = defaultdict(list)
    for row in rows:
        if row.mobile:
            numbers[row.mobile].append(row)
    for sharing in numbers.values():
        for row in sharing:
            others = [str(other.number) for other in sharing if other.name != row.name]
            if others:
                message = _("Row %(rows)s has the same mobile number.")
                row.add(
                    "D27_shared_phone", Outcome.ACCEPT, message % {"rows": _(", ").join(others)}
                )
