"""Loading a register of administrative divisions: one transaction, all of it or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from committees import names
from committees.models import Place, RegisterEdition
from committees.register import applying, staging
from committees.register.reading import RegisterError, rows
from core import audit

CHANGES = ("created", "renamed", "moved", "corrected", "adopted")
EARLIEST, LATEST = 1949, 2100


@dataclass
class Report:
    """What a load did, or would do, and how long it took (seconds)."""

    edition: int
    rows: int = 0
    roots: list[str] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    spelled: int = 0
    gone: applying.Gone = field(default_factory=lambda: applying.Gone(0, ()))
    seconds: float = 0.0
    spelling_seconds: float = 0.0
    dry_run: bool = False

    @property
    def total(self) -> int:
        return sum(self.changes.values())


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
    known codes follow the file (the past is kept), codes it no longer has are reported and never
    closed. `spell` False leaves out the pinyin; a later load adds it. `dry_run` does everything and
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
    report.changes = applying.count_changes()
    if spell:
        begin = time.monotonic()
        report.spelled = _spell(progress)
        report.spelling_seconds = time.monotonic() - begin
    if report.changes["renamed"] or report.changes["moved"]:
        applying.keep_past(report.edition)
    reopened = applying.reopened_committees()
    applying.update_held(report.edition)
    source = _("Register of administrative divisions %(year)s") % {"year": report.edition}
    applying.insert_new(report.edition, source)
    applying.count_committees(reopened)
    if report.changes["moved"]:
        applying.move(report.edition)


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
    report.gone = applying.gone(tops)
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
