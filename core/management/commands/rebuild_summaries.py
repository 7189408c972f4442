"""Count the figures of the dashboards anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core import summaries


class Command(BaseCommand):
    help = "Recount every figure of the dashboards from the rows of truth."

    def handle(self, **_: Any) -> None:
        self.stdout.write(f"{summaries.rebuild()} figures written")
