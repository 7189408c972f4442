"""`manage.py import_roster FILE --within CODE [--dry-run] [--report out.csv]`.

Exit codes: 0 all good, 1 nothing done (one sentence says why), 2 done or dry run with rows to look
at.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from committees.models import Place
from committees.roster.apply import apply_plan
from committees.roster.outcomes import Change, Outcome, Plan
from committees.roster.plan import plan_roster
from committees.roster.report import write_report
from core.imports.kinds import ImportContext
from core.sheets.errors import SheetRefused
from core.sheets.gate import MAX_FILE

LOOK = 2


class Command(BaseCommand):
    # Checks load every page of the portal, which takes longer than the import.
    requires_system_checks: list[str] = []
    help = "Import a roster of secretaries or committee teams from an office sheet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="an .xlsx, .xls or .csv")
        parser.add_argument("--within", required=True, help="code of the place it speaks for")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument(
            "--report", type=Path, help="write what became of every row to this CSV"
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="FIELD=TITLE",
            help="name the column of a field, by its title or its letter",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file, dry = options["file"], options["dry_run"]
        within = _place(options["within"])
        try:
            plan = plan_roster(_content(file), within=within, chosen=_chosen(options["column"]))
        except SheetRefused as exc:
            raise CommandError(exc.message) from exc
        if not dry and not plan.foreign:
            rows = len(plan.applicable())
            with tqdm(total=rows, unit="row", disable=not sys.stderr.isatty()) as bar:
                context = ImportContext(within, source=file.name)
                apply_plan(plan, context=context, progress=bar.update)
        if options["report"]:
            with options["report"].open("w", encoding="utf-8", newline="") as out:
                write_report(out, plan)
        if plan.foreign:
            message = _("No sub-district of this list lies in %(place)s. Nothing was done.")
            raise CommandError(message % {"place": within})
        self._say(plan, dry)
        if plan.to_look_at:
            sys.exit(LOOK)

    def _say(self, plan: Plan, dry: bool) -> None:
        """The summary: outcomes, changes, notes."""
        outcomes, changes = plan.outcomes(), plan.changes()
        self.stdout.write(", ".join(f"{name}: {outcomes[name]}" for name in Outcome))
        self.stdout.write(", ".join(f"{name}: {changes[name]}" for name in Change))
        for note in plan.notes:
            self.stdout.write(note)
        if dry:
            self.stdout.write(_("Dry run: nothing was written."))


def _place(code: str) -> Place:
    """A place by its code; short codes are filled up as the statistics bureau does."""
    place = Place.objects.filter(code=code.strip().ljust(12, "0")).first()
    if place is None:
        raise CommandError(_("No place has the code %(code)s.") % {"code": code})
    return place


def _content(file: Path) -> bytes:
    """At most as much as the gate lets in, and a little more, so that it can say so."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_FILE + 1)
    except OSError as exc:
        raise CommandError(_("The file %(file)s cannot be read.") % {"file": file}) from exc


def _chosen(given: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if any(not sign for _field, sign, _title in pairs):
        raise CommandError(_("Write a column as FIELD=TITLE, for example phone=手机."))
    return {field.strip(): title.strip() for field, _sign, title in pairs}
