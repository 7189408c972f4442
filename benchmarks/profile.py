"""Where the time of a page goes: `python -m benchmarks.profile FACTS NAME` inside a benchmark.

Asks for each page with NAME in its name 100 times in this process under cProfile.
"""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import sys
from typing import Any

import django

REQUESTS = 100
SHOWN = 35


def profile(facts: dict[str, Any], name: str) -> None:
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User
    from benchmarks.visits import PAGES

    for page in (page for page in PAGES if name in page.name):
        url = reverse(page.url_name, args=[facts[fact] for fact in page.facts])
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
    profile(json.loads(sys.argv[1]), sys.argv[2])
