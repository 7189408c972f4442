"""What the database itself keeps of a locked year: who writes later must say so.

The service looks for the lock and sets the mark; these guards refuse a row whose mark is not true,
whoever writes it. On PostgreSQL a writer and whoever locks the year wait for each other by the same
advisory locks as records.services.locks.
"""

from __future__ import annotations

from core.guards import Guard

SPACE = 0x686F7572  # of our advisory locks
MOST = 2**31
_UNIT_OF_ENTRY = "SELECT unit_id FROM records_hourentry WHERE id = NEW.entry_id"


def _mark(unit: str) -> str:
    """The mark differs from what is so for `unit` (SQL of its number) in the year of the row."""
    return (  # names of our own
        "NEW.after_lock <> EXISTS (SELECT 1 FROM records_yearlock l "  # noqa: S608
        "JOIN committees_place d ON d.id = l.district_id "
        f"JOIN committees_place u ON u.id = ({unit}) "
        "WHERE l.year = NEW.year AND u.path LIKE d.path || '%')"
    )


def _wait(unit: str) -> str:
    return (
        f"PERFORM pg_advisory_xact_lock_shared({SPACE}, (part::bigint % {MOST})::int) "
        f"FROM committees_place u, unnest(string_to_array(trim(both '/' from u.path), '/')) part "
        f"WHERE u.id = ({unit});"
    )


ENTRY_MARK = Guard(
    "after_lock",
    "INSERT",
    _mark("NEW.unit_id"),
    "records_hourentry: the year is locked, or it is not: the mark must say so",
    first=_wait("NEW.unit_id"),
)
DECISION_MARK = Guard(
    "after_lock",
    "INSERT",
    _mark(_UNIT_OF_ENTRY),
    "records_hourdecision: the year is locked, or it is not: the mark must say so",
    first=_wait(_UNIT_OF_ENTRY),
)
LOCKED_BY_DISTRICT = Guard(
    "district",
    "INSERT",
    "(SELECT level FROM committees_place WHERE id = NEW.district_id) <> 3",
    "records_yearlock: a year is locked by its district",
    first=f"PERFORM pg_advisory_xact_lock({SPACE}, (NEW.district_id % {MOST})::int);",
)
