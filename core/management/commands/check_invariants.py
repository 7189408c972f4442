"""Is everything in the database as the rules say?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core.registries import invariant_checks


class Command(BaseCommand):
    help = "Run every invariant check; exit code 1 and a sentence for each thing that is wrong."

    def handle(self, **_: Any) -> None:
        found = 0
        for name, check in invariant_checks.items():
            for sentence in check():
                found += 1
                self.stdout.write(f"{name}: {sentence}")
        total = len(invariant_checks)
        self.stdout.write(f"{total} checks, {f'{found} findings' if found else 'all well'}")
        if found:
            raise SystemExit(1)
