"""From the staged register to places, in sets: one statement for each kind of change."""

from __future__ import annotations

import datetime

from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from committees.models import Place, RegisterChange
from committees.register.below import below
from committees.register.reading import RegisterError
from committees.register.staging import PLAN, SPELLING, STAGE, ask, is_postgresql, run, settle

PLACE = Place._meta.db_table
CHANGE = RegisterChange._meta.db_table
RENAMED = "p.name_zh <> s.name"
MOVED = "COALESCE(above.code, '') <> s.parent_code"
CORRECTED = (
    "(p.kind <> s.kind OR p.hidden <> s.hidden OR p.closed_on IS NOT NULL "
    "OR (s.class_code <> '' AND p.class_code <> s.class_code))"
)
HELD = f"{PLAN} s JOIN {PLACE} p ON p.id = s.held LEFT JOIN {PLACE} above ON above.id = p.parent_id"


def check_stage() -> None:
    """Raises RegisterError for what only the whole file shows: codes twice, parents missing."""
    twice = ask(
        f"SELECT code, MIN(line), MAX(line) FROM {STAGE} GROUP BY code HAVING COUNT(*) > 1 "  # noqa: S608
        "ORDER BY 3 LIMIT 1"
    )
    if twice:
        code, first, last = twice[0]
        raise RegisterError(
            _("Line %(line)s: the code %(code)s stands in line %(first)s already.")
            % {"line": last, "code": code, "first": first}
        )
    parents = (
        f"FROM {STAGE} s LEFT JOIN {STAGE} q ON q.code = s.parent_code "
        f"LEFT JOIN {PLACE} p ON p.code = s.parent_code WHERE s.parent_code <> ''"
    )
    nowhere = ask(
        f"SELECT s.line, s.parent_code {parents} AND q.code IS NULL AND p.id IS NULL "
        "ORDER BY s.line LIMIT 1"
    )
    if nowhere:
        raise RegisterError(
            _("Line %(line)s: the parent %(code)s is neither in the file nor known here.")
            % {"line": nowhere[0][0], "code": nowhere[0][1]}
        )
    upside = ask(
        f"SELECT s.line, s.parent_code {parents} AND COALESCE(q.level, p.level) >= s.level "
        "ORDER BY s.line LIMIT 1"
    )
    if upside:
        raise RegisterError(
            _("Line %(line)s: the parent %(code)s does not stand above this level.")
            % {"line": upside[0][0], "code": upside[0][1]}
        )


def make_plan() -> None:
    """Each staged row beside the place that has its code, or beside a new key."""
    if is_postgresql():
        fresh = f"nextval(pg_get_serial_sequence('{PLACE}', 'id'))"
    else:
        used = ask(
            "SELECT MAX(COALESCE((SELECT seq FROM sqlite_sequence WHERE name = %s), 0), "  # noqa: S608
            f"COALESCE((SELECT MAX(id) FROM {PLACE}), 0))",
            [PLACE],
        )
        fresh = f"{int(used[0][0])} + s.rowid"
    run(f"DROP TABLE IF EXISTS {'pg_temp' if is_postgresql() else 'temp'}.{PLAN}")
    run(
        f"CREATE TEMPORARY TABLE {PLAN} AS SELECT s.*, p.id AS held, "  # noqa: S608
        f"COALESCE(p.id, {fresh}) AS id FROM {STAGE} s LEFT JOIN {PLACE} p ON p.code = s.code"
    )
    settle(PLAN)


def check_plan(year: int, *, force: bool) -> None:
    """Raises RegisterError when a code is kept as another level, or (unless forced) when a later
    edition is held."""
    other = ask(f"SELECT s.line, s.code FROM {HELD} WHERE p.level <> s.level LIMIT 1")  # noqa: S608
    if other:
        raise RegisterError(
            _("Line %(line)s: %(code)s is kept here as a place of another level.")
            % {"line": other[0][0], "code": other[0][1]}
        )
    later = ask(
        f"SELECT p.edition, p.name_zh FROM {HELD} WHERE p.edition > %s "  # noqa: S608
        "ORDER BY p.level, p.code LIMIT 1",
        [year],
    )
    if later and not force:
        raise RegisterError(
            _(
                "%(place)s is held in the edition %(held)s, which is later than %(year)s. Nothing "
                "was done; --force loads the older edition all the same."
            )
            % {"place": later[0][1], "held": later[0][0], "year": year}
        )


def count_changes() -> dict[str, int]:
    """How many rows of each kind the plan will change."""
    sums = ", ".join(
        f"COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0)"
        for condition in (RENAMED, MOVED, CORRECTED, "p.edition IS NULL")
    )
    (renamed, moved, corrected, adopted) = ask(f"SELECT {sums} FROM {HELD}")[0]  # noqa: S608
    (created,) = ask(f"SELECT COUNT(*) FROM {PLAN} WHERE held IS NULL")[0]  # noqa: S608
    return {
        "created": int(created),
        "renamed": int(renamed),
        "moved": int(moved),
        "corrected": int(corrected),
        "adopted": int(adopted),
    }


def names_to_spell() -> str:
    """A query for the names whose pinyin is needed, each once."""
    return (
        f"SELECT DISTINCT s.name FROM {PLAN} s LEFT JOIN {PLACE} p ON p.id = s.held "  # noqa: S608
        f"WHERE s.held IS NULL OR {RENAMED} OR p.pinyin = ''"
    )


def keep_past(year: int) -> int:
    """Write the former state of places that are renamed or moved; it held until the year before.

    A place that has just been given a new code has its former state written already.
    """
    until = datetime.date(year - 1, 12, 31).isoformat()
    day = "CAST(%s AS date)" if is_postgresql() else "%s"
    return run(
        "INSERT INTO committees_placehistory (place_id, code, name_zh, parent_id, from_on, to_on, "  # noqa: S608
        f"edition) SELECT p.id, p.code, p.name_zh, p.parent_id, p.parent_since, {day}, p.edition "
        f"FROM {HELD} WHERE ({RENAMED} OR {MOVED}) AND NOT EXISTS (SELECT 1 FROM "
        f"committees_placehistory h WHERE h.place_id = p.id AND h.to_on = {day})",
        [until, until],
    )


def note_changes(year: int) -> None:
    """Keep what the edition does to places that are held, for the report."""
    kinds = (
        ("renamed", RENAMED, "p.name_zh", "s.name"),
        ("moved", MOVED, "COALESCE(above.name_zh, '')", "COALESCE(target.name, '')"),
        ("reopened", "p.closed_on IS NOT NULL", "''", "''"),
    )
    for kind, condition, before, after in kinds:
        run(
            f"INSERT INTO {CHANGE} (edition, place_id, kind, before, after) "  # noqa: S608
            f"SELECT %s, p.id, '{kind}', {before}, {after} FROM {HELD} "
            f"LEFT JOIN {STAGE} target ON target.code = s.parent_code WHERE {condition} "
            "ON CONFLICT (edition, place_id, kind) DO NOTHING",
            [year],
        )


def new_beside_held(tops: list[Place]) -> list[int]:
    """Keys of the places that the edition brings below tops that were held before."""
    keys: list[int] = []
    for inside, params in below(tops):
        keys += [
            int(key)
            for (key,) in ask(
                f"SELECT p.id FROM {PLAN} s JOIN {PLACE} p ON p.id = s.id "  # noqa: S608
                f"WHERE s.held IS NULL AND ({inside})",
                params,
            )
        ]
    return keys


def reopened_committees() -> list[int]:
    """Keys of committees that were closed and stand in this edition."""
    rows = ask(
        f"SELECT p.id FROM {HELD} WHERE p.closed_on IS NOT NULL AND p.level = %s",  # noqa: S608
        [int(Place.Level.COMMITTEE)],
    )
    return [int(key) for (key,) in rows]


def update_held(year: int) -> int:
    """Bring places that are held to what the edition says; untouched rows are not written."""
    kept = PLACE  # the row as it stands; s is the row of the file
    return run(
        f"UPDATE {PLACE} SET name_zh = s.name, kind = s.kind, hidden = s.hidden, "  # noqa: S608
        f"class_code = CASE WHEN s.class_code = '' THEN {kept}.class_code ELSE s.class_code END, "
        "closed_on = NULL, edition = %s, "
        f"pinyin = COALESCE(s.pinyin, CASE WHEN {kept}.name_zh = s.name THEN {kept}.pinyin "
        "ELSE '' END), "
        f"initials = COALESCE(s.initials, CASE WHEN {kept}.name_zh = s.name THEN {kept}.initials "
        "ELSE '' END) "
        "FROM (SELECT plan.held, plan.name, plan.kind, plan.hidden, plan.class_code, sp.pinyin, "
        f"sp.initials FROM {PLAN} plan LEFT JOIN {SPELLING} sp ON sp.name = plan.name "
        "WHERE plan.held IS NOT NULL) s "
        f"WHERE {kept}.id = s.held AND ({kept}.name_zh <> s.name OR {kept}.kind <> s.kind "
        f"OR {kept}.hidden <> s.hidden OR {kept}.closed_on IS NOT NULL "
        f"OR (s.class_code <> '' AND {kept}.class_code <> s.class_code) "
        f"OR {kept}.edition IS NULL OR {kept}.edition <> %s "
        f"OR ({kept}.pinyin = '' AND COALESCE(s.pinyin, '') <> ''))",
        [year, year],
    )


def insert_new(year: int, source: str) -> int:
    """Make the places that are not held, level by level, so that each finds its parent's path."""
    made = 0
    for level in Place.Level.values:
        made += run(
            f"INSERT INTO {PLACE} (id, code, level, kind, name_zh, name_en, pinyin, initials, "  # noqa: S608
            "parent_id, path, class_code, hidden, edition, source) "
            "SELECT s.id, s.code, s.level, s.kind, s.name, '', COALESCE(sp.pinyin, ''), "
            "COALESCE(sp.initials, ''), above.id, "
            "COALESCE(above.path, '/') || CAST(s.id AS varchar(20)) || '/', s.class_code, "
            "s.hidden, %s, %s "
            f"FROM {PLAN} s LEFT JOIN {PLACE} above ON above.code = s.parent_code "
            f"LEFT JOIN {SPELLING} sp ON sp.name = s.name "
            "WHERE s.held IS NULL AND s.level = %s ORDER BY s.line",
            [year, source, level],
        )
    return made


def count_committees(reopened: list[int]) -> None:
    """Put new and reopened committees into the figure "committees", in sets."""
    run(
        "INSERT INTO core_summarycell (metric, place_id, year, value) "  # noqa: S608
        f"SELECT 'committees', s.id, 0, 1 FROM {PLAN} s WHERE s.held IS NULL AND s.level = %s",
        [int(Place.Level.COMMITTEE)],
    )
    from core import summaries

    for place_id in reopened:
        summaries.add("committees", place_id=place_id)


def move(year: int) -> list[int]:
    """Hang places under another parent where the edition says so, with all that is below them."""
    rows = ask(
        f"SELECT p.id, target.id FROM {HELD} LEFT JOIN {PLACE} target "  # noqa: S608
        f"ON target.code = s.parent_code WHERE {MOVED} ORDER BY p.level, p.id"
    )
    for key, parent_id in rows:
        place = Place.objects.get(pk=key)
        parent = Place.objects.filter(pk=parent_id).first()
        old, new = place.path, f"{parent.path if parent else '/'}{place.pk}/"
        Place.objects.filter(path__under=old).update(
            path=Concat(Value(new), Substr("path", len(old) + 1))
        )
        Place.objects.filter(pk=key).update(parent=parent, parent_since=datetime.date(year, 1, 1))
    return [int(key) for key, _parent in rows]


def roots() -> list[Place]:
    """The tops of the subtrees the file speaks for: rows whose parent is not in it."""
    keys = ask(
        f"SELECT s.id FROM {PLAN} s LEFT JOIN {PLAN} q ON q.code = s.parent_code "  # noqa: S608
        "WHERE q.code IS NULL AND s.level < %s ORDER BY s.code",
        [int(Place.Level.COMMITTEE)],
    )
    return list(Place.objects.filter(pk__in=[key for (key,) in keys]).order_by("code"))
