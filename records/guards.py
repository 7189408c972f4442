"""What the database refuses of the ledger beyond one row: triggers on both databases.

A session never gives a person more than its hours; a reversal mirrors what it reverses; a decision
repeats its entry. (Re)installed after every migrate, because SQLite drops triggers when a later
migration rebuilds a table. UPDATE and DELETE are refused by core.appendonly.
"""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

GUARDS = {"records_hourentry": "hour_entry_guard", "records_hourdecision": "hour_decision_guard"}
ENTRIES, DECISIONS, ACCOUNTS = "records_hourentry", "records_hourdecision", "records_houraccount"

# What is refused, with the name it is refused by. "same" compares two values that may be NULL.
REFUSED = {
    ENTRIES: (
        (
            "hour_entry_mirrors_what_it_reverses",
            """NEW.reverses_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {entries} e WHERE e.id = NEW.reverses_id
                AND e.reverses_id IS NULL AND e.account_id = NEW.account_id
                AND e.session_on = NEW.session_on AND e.category = NEW.category
                AND e.quarters = -NEW.quarters AND e.session_ref {same} NEW.session_ref)""",
        ),
        (
            "hour_entry_returned_is_not_reversed",
            """EXISTS (SELECT 1 FROM {decisions} d
                WHERE d.entry_id = NEW.reverses_id AND d.kind = 'rejected')""",
        ),
        (
            "hour_entry_more_than_the_session",
            """NEW.session_ref IS NOT NULL AND NEW.quarters > 0
                AND NEW.session_quarters < NEW.quarters + COALESCE((
                SELECT SUM(e.quarters) FROM {entries} e
                LEFT JOIN {decisions} d ON d.entry_id = e.id
                WHERE e.account_id = NEW.account_id AND e.session_ref = NEW.session_ref
                AND COALESCE(d.kind, '') <> 'rejected'), 0)""",
        ),
    ),
    DECISIONS: (
        (
            "hour_decision_repeats_its_entry",
            """NOT EXISTS (SELECT 1 FROM {entries} e WHERE e.id = NEW.entry_id
                AND e.account_id = NEW.account_id AND e.year = NEW.year
                AND e.category = NEW.category AND e.quarters = NEW.quarters)""",
        ),
        (
            "hour_decision_on_what_was_taken_back",
            "EXISTS (SELECT 1 FROM {entries} e WHERE e.reverses_id = NEW.entry_id)",
        ),
    ),
}


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Create or replace the guards whose tables exist. Idempotent."""
    connection = connections[using]
    make = _postgresql if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if not {ENTRIES, DECISIONS} <= tables:
            return
        for table in GUARDS:
            for statement in make(table):
                cursor.execute(statement)


def _sql(condition: str, same: str) -> str:
    return condition.format(entries=ENTRIES, decisions=DECISIONS, same=same)


def _sqlite(table: str) -> list[str]:
    name = GUARDS[table]
    refusals = "".join(
        f"SELECT RAISE(ABORT, '{rule}') WHERE {_sql(condition, 'IS')};"
        for rule, condition in REFUSED[table]
    )
    return [
        f'DROP TRIGGER IF EXISTS "{name}"',
        f'CREATE TRIGGER "{name}" BEFORE INSERT ON "{table}" BEGIN {refusals} END',
    ]


def _postgresql(table: str) -> list[str]:
    name = GUARDS[table]
    refusals = "".join(
        f"IF {_sql(condition, 'IS NOT DISTINCT FROM')} THEN "
        f"RAISE EXCEPTION '{rule}' USING ERRCODE = 'check_violation'; END IF; "
        for rule, condition in REFUSED[table]
    )
    # Two posts at once for one session wait here, so that the second one sees the first.
    wait = (
        f"IF NEW.session_ref IS NOT NULL THEN PERFORM 1 FROM {ACCOUNTS} "
        "WHERE id = NEW.account_id FOR NO KEY UPDATE; END IF; "
        if table == ENTRIES
        else ""
    )
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {wait}{refusals}RETURN NEW; END $$",
        f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"',
        f'CREATE TRIGGER "{name}" BEFORE INSERT ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def install_after_migrate(*, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    install(using)
