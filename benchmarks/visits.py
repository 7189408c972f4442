"""The pages that are measured, who looks at them, and how many queries each costs.

`python -m benchmarks.visits FACTS NAME` reads what the population printed and prints as JSON, for
each page with NAME in its name: its address, the cookie of a signed-in session, its limit, and its
queries (of a second visit, session and account included, counted here and not in what is measured).
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import django


@dataclass(frozen=True)
class Page:
    """One page: its name, who looks, the URL's name and the facts that fill it."""

    name: str
    visitor: str
    url_name: str
    facts: tuple[str, ...] = ()
    limit: float = 2.0
    query: str = ""


PAGES = (
    Page("Today, secretary", "secretary", "home"),
    Page("Today, base administrator", "base_admin", "home"),
    Page("Today, district", "district", "home"),
    Page("classes, secretary", "secretary", "courses:offering-list"),
    Page("classes, base administrator", "base_admin", "courses:offering-list"),
    Page("class, secretary", "secretary", "courses:offering-detail", ("open_class",)),
    Page("class, base administrator", "base_admin", "courses:offering-detail", ("open_class",)),
    Page("people, organiser", "organiser", "committees:person-list"),
    Page("people, base administrator", "base_admin", "committees:person-list"),
    Page("place, district", "district", "committees:place-detail", ("district_place",)),
    Page("place, street", "organiser", "committees:place-detail", ("street_place",)),
    Page("inbox", "secretary", "notices:notice-list"),
    Page("my hours", "secretary", "records:my-hours"),
    Page("tutoring batch", "district", "tutors:batch-detail", ("batch",)),
    Page("board, district", "district", "dashboards:board", limit=3.0),
    Page("board, base administrator", "base_admin", "dashboards:board", limit=3.0),
)


def address_of(page: Page, facts: dict[str, Any]) -> str:
    """The page's address, filled with what the population printed."""
    from django.urls import reverse

    url = reverse(page.url_name, args=[facts[name] for name in page.facts])
    return url + (f"?{quote(page.query, safe='=&')}" if page.query else "")


def visits(
    facts: dict[str, Any], only: str, pages: tuple[Page, ...] = PAGES
) -> list[dict[str, Any]]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    found = []
    for page in (page for page in pages if only in page.name):
        url = address_of(page, facts)
        client = Client(headers={"accept-language": "zh-CN"})
        client.force_login(User.objects.get(pk=facts[page.visitor]))
        first = client.get(url)
        if first.status_code != 200:
            raise SystemExit(f"{page.name}: {url} answered {first.status_code}")
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        found.append(
            {
                "name": page.name,
                "url": url,
                "cookie": f"{settings.SESSION_COOKIE_NAME}={cookie.value}",
                "limit": page.limit,
                "queries": len(queries),
                "sql": [query["sql"] for query in queries.captured_queries],
            }
        )
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trainingbase.settings")
    django.setup()
    print(json.dumps(visits(json.loads(sys.argv[1]), sys.argv[2])))
