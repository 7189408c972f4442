"""Where the time of a page goes: `python -m benchmarks.profile PAGES FACTS NAME` inside a
benchmark, where PAGES is the module that lists its pages.

Asks for each page with NAME in its name 100 times in this process under cProfile.
"""

from __future__ import annotations

import cProfile
import importlib
import json
import os
import pstats
import sys
from typing import Any

import django

from benchmarks.visits import Page, address_of

REQUESTS = 100
SHOWN = 35


def profile(pages: tuple[Page, ...], facts: dict[str, Any], name: str) -> None:
    from django.test import Client

    from accounts.models import User

    for page in (page for page in pages if name in page.name):
        url = address_of(page, facts)
        client = Client(headers={"accept-language": "zh-CN"})
        client.force_login(User.objects.get(pk=facts[page.visitor]))
        for _ in range(5):
            client.get(url)
        profiler = cProfile.Profile()
        profiler.enable()
        for _ in range(REQUESTS):
            client.get(url)
        profiler.disable()
        print(f"=== {page.name}: {REQUESTS} requests")
        stats = pstats.Stats(profiler)
        stats.sort_stats("tottime").print_stats(SHOWN)
        stats.sort_stats("cumtime").print_stats(SHOWN * 2)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trainingbase.settings")
    django.setup()
    listed = importlib.import_module(sys.argv[1]).PAGES
    profile(listed, json.loads(sys.argv[2]), sys.argv[3])
