"""Loading a register of administrative divisions: one transaction, all of it or nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from committees import names
from committees.models import Closure, Place, RegisterChange, RegisterEdition
from committees.register import applying, staging
from committees.register.closing import close_gone
from committees.register.reading import RegisterError, rows
from committees.register.recoding import Recoded, recode
from core import audit, planner

CHANGES = ("created", "renamed", "recoded", "moved", "corrected", "adopted", "closed")
EARLIEST, LATEST = 1949, 2100


@dataclass
class Report:
    """What a load did, or would do, and how long it took (seconds)."""

    edition: int
    rows: int = 0
    roots: list[str] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    spelled: int = 0
    # Codes: in the file and not held before; held before and not in the file.
    codes_new: int = 0
    codes_gone: int = 0
    closures: list[Closure] = field(default_factory=list)
    seconds: float = 0.0
    spelling_seconds: float = 0.0
    dry_run: bool = False

    @property
    def total(self) -> int:
        return sum(self.changes.values())

    def findings(self) -> Counter[str]:
        """Closed places by what the register says of their names."""
        return Counter(closure.finding for closure in self.closures)


@dataclass(frozen=True)
class Progress:
    """Called with the bytes of the file read so far, and with (names spelled, names in all)."""

    read: Callable[[int], object] | None = None
    spelled: Callable[[int, int], object] | None = None


def import_register(
    *,
    actor: Any,
    path: Path,
    edition: int,
    dry_run: bool = False,
    spell: bool = True,
    force: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Load the register in `path` as the edition of the year `edition`.

    Speaks only for subtrees whose top the file contains. New codes are made, names and parents of
    known codes follow the file (the past is kept). Of the codes it no longer has, those that can
    only be a known place under another code keep their place; the others are closed, with
    successors proposed to a person. An older edition, taken by `force`, closes and recodes nothing.
    `spell` False leaves out the pinyin; a later load adds it. `dry_run` does everything and
    takes it back. Raises RegisterError with one sentence; then nothing has changed.
    """
    if not EARLIEST <= edition <= LATEST:
        raise RegisterError(_("The edition is a year, for example 2023."), field="edition")
    progress = progress or Progress()
    report = Report(edition=edition, dry_run=dry_run)
    begin = time.monotonic()
    try:
        with transaction.atomic():
            _alone()
            _stage(path, report, progress)
            _apply(report, progress, spell=spell, force=force)
            _finish(actor, path, report)
            staging.drop()
            transaction.set_rollback(dry_run)
    except DatabaseError as exc:
        raise RegisterError(
            _("The database refused the register: %(reason)s") % {"reason": str(exc).split("\n")[0]}
        ) from exc
    if not dry_run and report.rows >= planner.MANY:
        planner.renew()
    report.seconds = time.monotonic() - begin
    return report


def _alone() -> None:
    """One load at a time, and nobody adds a place meanwhile; readers are not held up."""
    if connection.vendor == "postgresql":
        table = Place._meta.db_table
        staging.run("SET LOCAL lock_timeout = '30s'")
        staging.run(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        staging.run("SET LOCAL work_mem = '64MB'")


def _stage(path: Path, report: Report, progress: Progress) -> None:
    staging.create()

    def counted() -> Iterator[tuple[Any, ...]]:
        for row in rows(path, progress.read):
            report.rows += 1
            yield (
                row.line,
                row.code,
                row.name,
                row.level,
                row.kind,
                row.parent_code,
                row.class_code,
                row.hidden,
            )

    staging.fill(staging.STAGE, 8, counted())
    staging.settle(staging.STAGE)


def _apply(report: Report, progress: Progress, *, spell: bool, force: bool) -> None:
    applying.check_stage()
    applying.make_plan()
    applying.check_plan(report.edition, force=force)
    tops = applying.roots()
    later = [top for top in tops if top.edition is not None and top.edition <= report.edition]
    recoded = recode(later, report.edition)
    if recoded:
        applying.make_plan()
    report.changes = applying.count_changes() | {"recoded": len(recoded), "closed": 0}
    report.codes_new = report.changes["created"] + len(recoded)
    if spell:
        begin = time.monotonic()
        report.spelled = _spell(progress)
        report.spelling_seconds = time.monotonic() - begin
    if report.changes["renamed"] or report.changes["moved"]:
        applying.keep_past(report.edition)
    applying.note_changes(report.edition)
    reopened = applying.reopened_committees()
    applying.update_held(report.edition)
    source = _("Register of administrative divisions %(year)s") % {"year": report.edition}
    applying.insert_new(report.edition, source)
    applying.count_committees(reopened)
    if report.changes["moved"]:
        applying.move(report.edition)
    _close(report, later, recoded)


def _close(report: Report, tops: list[Place], recoded: list[Recoded]) -> None:
    """What is gone is closed; then the report is complete."""
    created = applying.new_beside_held(tops)
    report.closures = close_gone(tops, report.edition, created)
    report.changes["closed"] = len(report.closures)
    report.codes_gone = len(report.closures) + len(recoded)
    Closure.objects.waiting().filter(place__closed_on=None).update(
        state=Closure.State.WITHDRAWN, decided_at=timezone.now()
    )
    codes = {one.place_id: one for one in recoded}
    Kind = RegisterChange.Kind
    rows = [
        *((key, Kind.CREATED, "", "") for key in created),
        *((key, Kind.RECODED, one.before, one.after) for key, one in codes.items()),
        *((closure.place_id, Kind.CLOSED, "", "") for closure in report.closures),
    ]
    RegisterChange.objects.bulk_create(
        [
            RegisterChange(
                edition=report.edition, place_id=key, kind=kind, before=before, after=after
            )
            for key, kind, before, after in rows
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


def _spell(progress: Progress) -> int:
    """Pinyin once for each distinct name that needs it; returns how many names."""
    query = applying.names_to_spell()
    (total,) = staging.ask(f"SELECT COUNT(*) FROM ({query}) needed")[0]  # noqa: S608
    done = 0
    for batch in staging.ask_in_batches(query):
        spellings = ((name, names.spell_place(name)) for (name,) in batch)
        staging.fill(
            staging.SPELLING,
            3,
            ((name, found.pinyin, found.initials) for name, found in spellings),
        )
        done += len(batch)
        if progress.spelled:
            progress.spelled(done, total)
    staging.settle(staging.SPELLING)
    return done


def _finish(actor: Any, path: Path, report: Report) -> None:
    """Note the edition at each top of the file, and one audit row for each."""
    tops = applying.roots()
    report.roots = [top.name_zh for top in tops]
    for top in tops:
        known = RegisterEdition.objects.filter(root=top, year=report.edition).first()
        if known is None or report.total:
            RegisterEdition.objects.update_or_create(
                root=top,
                year=report.edition,
                defaults={
                    "rows": report.rows,
                    "created": report.changes["created"],
                    "changed": report.total - report.changes["created"],
                    "loaded_at": timezone.now(),
                },
            )
            audit.record(
                actor=actor,
                action="place.register",
                obj=top,
                after={"file": path.name, "edition": report.edition, **report.changes},
                unit_id=top.pk,
            )
