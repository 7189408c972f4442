"""What commands that bring in a list have in common: options, the file, the summary, exit codes."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from committees.models import Place
from core import planner
from core.imports.applying import Apply, apply_chunks
from core.imports.kinds import ImportContext
from core.imports.rows import Change, Outcome, Plan
from core.sheets.gate import MAX_FILE

LOOK = 2


class ListCommand(BaseCommand):
    """Exit codes: 0 all good, 1 nothing done (one sentence says why), 2 done or dry run with rows
    to look at."""

    # Checks load every page of the portal, which takes longer than an import.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="an .xlsx, .xls or .csv")
        parser.add_argument("--within", required=True, help="code of the place it speaks for")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument(
            "--report", type=Path, help="write what became of every row to this CSV"
        )

    def write(self, plan: Plan[Any], apply: Apply, context: ImportContext) -> None:
        """Apply the rows that can be applied, with a bar."""
        rows = plan.applicable()
        with tqdm(total=len(rows), unit="row", disable=not sys.stderr.isatty()) as bar:
            for chunk in apply_chunks(apply, rows, context):
                bar.update(len(chunk))
        if len(rows) >= planner.MANY:
            planner.renew()

    def finish(self, plan: Plan[Any], *, within: Place, dry: bool) -> None:
        """Say what became of the list; ends with 1 or 2 where there is something to look at."""
        if plan.foreign:
            message = _("No sub-district of this list lies in %(place)s. Nothing was done.")
            raise CommandError(message % {"place": within})
        outcomes, changes = plan.outcomes(), plan.changes()
        self.stdout.write(", ".join(f"{name}: {outcomes[name]}" for name in Outcome))
        self.stdout.write(", ".join(f"{name}: {changes[name]}" for name in Change))
        for note in plan.notes:
            self.stdout.write(note)
        if dry:
            self.stdout.write(_("Dry run: nothing was written."))
        if plan.to_look_at:
            sys.exit(LOOK)


def place_of(code: str) -> Place:
    """A place by its code; short codes are filled up as the statistics bureau does."""
    place = Place.objects.filter(code=code.strip().ljust(12, "0")).first()
    if place is None:
        raise CommandError(_("No place has the code %(code)s.") % {"code": code})
    return place


def content_of(file: Path) -> bytes:
    """At most as much as the gate lets in, and a little more, so that it can say so."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_FILE + 1)
    except OSError as exc:
        raise CommandError(_("The file %(file)s cannot be read.") % {"file": file}) from exc
