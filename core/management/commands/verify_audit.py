"""Is the audit trail what was written?"""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from core import seals, verification


def link(text: str) -> seals.Link:
    number, _, digest = text.partition(":")
    if not number.isdigit() or len(digest) != 64:
        raise argparse.ArgumentTypeError("write NUMBER:DIGEST as an earlier run printed it")
    return seals.Link(int(number), digest)


class Command(BaseCommand):
    help = "Walk the audit chain; exit code 1 and a line for each finding when something is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--link",
            type=link,
            action="append",
            default=[],
            metavar="NUMBER:DIGEST",
            help="a link that an earlier run printed; it must still stand",
        )

    def handle(self, *, link: list[seals.Link], **_: Any) -> None:
        walked = verification.run(link)
        for finding in walked.findings:
            self.stdout.write(verification.in_words(finding))
        verdict = "chain broken" if walked.findings else "chain intact"
        self.stdout.write(f"{walked.rows} rows, {verdict}")
        if walked.rows:
            self.stdout.write(f"newest link {walked.newest.number}:{walked.newest.digest}")
        waiting = seals.unsealed(everything=True)
        if (oldest := waiting.first()) is not None:
            age = int((timezone.now() - oldest.at).total_seconds())
            self.stdout.write(f"{waiting.count()} rows not sealed yet, the oldest for {age} s")
        if walked.findings:
            raise SystemExit(1)
