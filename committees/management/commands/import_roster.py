"""`manage.py import_roster FILE --within CODE [--dry-run] [--report out.csv]`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from committees.imports.console import ListCommand, content_of, place_of
from committees.imports.staging import decisions
from committees.roster.kind import ROSTER
from committees.roster.plan import plan_roster
from committees.roster.report import write_report
from core.imports.kinds import ImportContext
from core.sheets.errors import SheetRefused


class Command(ListCommand):
    help = "Import a roster of secretaries or committee teams from an office sheet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="FIELD=TITLE",
            help="name the column of a field, by its title or its letter",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file, dry = options["file"], options["dry_run"]
        within = place_of(options["within"])
        try:
            context = ImportContext(within, source=file.name, decided=decisions("roster"))
            plan = plan_roster(
                content_of(file), within=within, chosen=_chosen(options["column"]), context=context
            )
        except SheetRefused as exc:
            raise CommandError(exc.message) from exc
        if not dry and not plan.foreign:
            self.write(plan, ROSTER.apply, context)
        if options["report"]:
            with options["report"].open("w", encoding="utf-8", newline="") as out:
                write_report(out, plan)
        self.finish(plan, within=within, dry=dry)


def _chosen(given: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if any(not sign for _field, sign, _title in pairs):
        raise CommandError(_("Write a column as FIELD=TITLE, for example phone=手机."))
    return {field.strip(): title.strip() for field, _sign, title in pairs}
