"""`manage.py demo`: load, show or take away the demonstration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import demo


class Command(BaseCommand):
    help = (
        "Load the demonstration: the facts of the articles and an invented district with running "
        "classes. Loading it again changes nothing; --remove takes it away without a trace."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--remove", action="store_true", help="take it away, with all that was hung on it"
        )
        what.add_argument(
            "--refresh", action="store_true", help="take it away and load it as of today"
        )
        what.add_argument(
            "--accounts", action="store_true", help="only print the accounts a visitor may use"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            if not demo.loaded_version():
                raise CommandError("The demonstration is not loaded.")
            return self._print_accounts()
        if options["remove"] or options["refresh"]:
            gone = demo.remove()
            self.stdout.write(f"{gone.removed} rows removed, {gone.kept} kept.")
            if gone.hung:
                self.stdout.write(
                    f"{gone.hung} of them had been hung on the demonstration since it was loaded, "
                    "such as enrolments of its accounts; seats they held are free again."
                )
            if options["remove"]:
                return None
        return self._load()

    def _load(self) -> None:
        there = demo.loaded_version()
        if there == demo.VERSION:
            self.stdout.write(f"The demonstration (version {there}) is already there.")
            return
        if there:
            removed = demo.remove().removed
            self.stdout.write(f"Version {there} of the demonstration: {removed} rows removed.")
        demo.load()
        self.stdout.write(f"The demonstration (version {demo.VERSION}) is loaded.")

    def _print_accounts(self) -> None:
        """Role, user name and password, one account a line, parted by tabs."""
        for row in demo.accounts():
            self.stdout.write("\t".join(row))
