"""`manage.py import_divisions FILE`: load a register of administrative divisions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from committees.register.reading import edition_of
from committees.services.register import Progress, Report, import_register
from core import audit
from core.errors import DomainError

LISTED = 20  # places that the summary names one by one


class Command(BaseCommand):
    help = (
        "Load a register of administrative divisions (CSV with the columns code,name,level,"
        "parent_code,class_code, plain or .gz). Exit code 0: all good; 1: nothing done, with the "
        "reason in one sentence; 2: done, or a dry run, with rows to look at."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--edition", type=int, help="year of the register; else the year in the file's name"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, and change nothing"
        )
        parser.add_argument(
            "--no-pinyin", action="store_true", help="leave out the pinyin; a later load adds it"
        )
        parser.add_argument(
            "--force", action="store_true", help="take an edition older than the one that is held"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        edition = options["edition"] or edition_of(path)
        if edition is None:
            raise CommandError(
                _("The name %(file)s has no single year; give it with --edition.")
                % {"file": path.name}
            )
        try:
            report = self._load(path, edition, options)
        except DomainError as exc:
            raise CommandError(exc.message) from exc
        self._print(report)
        if report.closures:
            sys.exit(2)

    def _load(self, path: Path, edition: int, options: dict[str, Any]) -> Report:
        size = path.stat().st_size if path.is_file() else None
        quiet = options["verbosity"] == 0
        bars: list[tqdm[Any]] = []

        def spelled(done: int, total: int) -> None:
            if len(bars) == 1:
                bars.append(tqdm(total=total, unit="name", desc="pinyin", disable=quiet))
            bars[-1].update(done - bars[-1].n)

        bars.append(tqdm(total=size, unit="B", unit_scale=True, desc=path.name, disable=quiet))
        try:
            with audit.origin(door="command"):
                return self._import(path, edition, options, Progress(bars[0].update, spelled))
        finally:
            for bar in bars:
                bar.close()

    @staticmethod
    def _import(path: Path, edition: int, options: dict[str, Any], progress: Progress) -> Report:
        return import_register(
            actor=None,
            path=path,
            edition=edition,
            dry_run=options["dry_run"],
            spell=not options["no_pinyin"],
            force=options["force"],
            progress=progress,
        )

    def _print(self, report: Report) -> None:
        changes = report.changes
        where = "、".join(report.roots[:5]) + ("…" if len(report.roots) > 5 else "")
        say = self.stdout.write
        say(
            _("Register %(year)s of %(where)s: %(rows)s rows.")
            % {"year": report.edition, "where": where or "–", "rows": report.rows}
        )
        if report.dry_run:
            say(_("Dry run: nothing was changed. This is what would happen:"))
        if report.total:
            say(
                _(
                    "%(total)s changes: %(created)s created, %(renamed)s renamed, %(recoded)s "
                    "recoded, %(moved)s moved, %(corrected)s corrected, %(adopted)s taken over, "
                    "%(closed)s closed."
                )
                % {"total": report.total, **changes}
            )
        else:
            say(_("0 changes."))
        plain = max(report.seconds - report.spelling_seconds, 1e-6)
        say(
            _("%(plain).0f rows/s without pinyin, %(all).0f rows/s with the pinyin of %(n)s names.")
            % {
                "plain": report.rows / plain,
                "all": report.rows / max(report.seconds, 1e-6),
                "n": report.spelled,
            }
        )
        self._print_codes(report)

    def _print_codes(self, report: Report) -> None:
        """Codes that came and went, and what waits for a person."""
        say = self.stdout.write
        if report.codes_gone:
            say(
                _("Codes: %(new)s new, %(gone)s gone, of these %(recoded)s under a new code here.")
                % {
                    "new": report.codes_new,
                    "gone": report.codes_gone,
                    "recoded": report.changes["recoded"],
                }
            )
        if report.closures:
            found = report.findings()
            say(
                _(
                    "%(count)s places are closed, their successors wait to be confirmed: %(once)s "
                    "whose name stands once elsewhere (perhaps moved), %(several)s whose name "
                    "stands several times, %(nowhere)s whose name stands nowhere."
                )
                % {
                    "count": len(report.closures),
                    "once": found["once"],
                    "several": found["several"],
                    "nowhere": found["nowhere"],
                }
            )
            for closure in report.closures[:LISTED]:
                say(f"  {closure.place.code} {closure.place.name_zh}")
            if len(report.closures) > LISTED:
                say("  …")
