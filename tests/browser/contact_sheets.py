"""Shoot every page that each role can reach, in every look, and lay the pictures out to be seen.

    python -m tests.browser.contact_sheets --base http://127.0.0.1:8000 \
        --account secretary=NAME:PASSWORD --account district=NAME:PASSWORD --out var/sheets

Pages are found by following the links of each role's own pages, one example for each route. The
command ends with 1 when a page is too wide, breaks the content policy, speaks to another host,
writes errors to the console or breaks a rule of WCAG 2.2 AA (axe).
"""

from __future__ import annotations

import argparse
import html
import re
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import TimeoutError, sync_playwright

from tests.browser.inspect_page import FLAGS, Findings, Look, choose, inspect, sign_in, watched

LOOKS = [
    Look(width, theme, language)
    for width in (360, 1280)
    for language in ("zh-hans", "en")
    for theme in ("light", "dark")
]
VISITOR = ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/nowhere/"]
SKIP = re.compile(r"/(logout|i18n|api|files)/|\.(csv|xlsx|ics|json|txt|pdf)$|/(export|download)/")
TALLEST = 3200
# Letters are there, and what changed has been drawn.
DRAWN = """() => document.fonts.ready.then(() => new Promise(
  (done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))))"""


def route_of(url: str) -> str:
    """The address with its numbers, long codes and keys of rules taken out: one page stands for
    its kind."""
    return re.sub(r"/(\d+|[\w-]{20,}|\w+\.\w+)(?=/|$)", "/…", urlsplit(url).path)


def pages_of(page: Any, base: str, most: int) -> Iterator[str]:
    """Addresses reachable by links from the home page, one for each route."""
    seen = {route_of("/")}
    waiting = deque(["/"])
    while waiting and most:
        address = waiting.popleft()
        answer = page.goto(base + address)
        kind = (answer.headers.get("content-type") or "") if answer else ""
        if not kind.startswith("text/html"):
            continue
        most -= 1
        yield address
        for link in page.eval_on_selector_all("a[href]", "all => all.map((a) => a.href)"):
            target = urljoin(base, link)
            route = route_of(target)
            if target.startswith(base + "/") and route not in seen and not SKIP.search(route):
                seen.add(route)
                parts = urlsplit(target)
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))


def await_late_parts(page: Any) -> None:
    """Parts that htmx fetches once the page stands decide how tall it is. One that never comes is
    seen in the picture."""
    with suppress(TimeoutError):
        page.wait_for_function(
            """() => ![...document.querySelectorAll('[hx-trigger="load"]')].some(
                (part) => !part.childElementCount)""",
            timeout=5000,
        )


def shoot(page: Any, file: Path) -> None:
    await_late_parts(page)
    page.evaluate(DRAWN)
    size = page.viewport_size
    height = page.evaluate("document.documentElement.scrollHeight")
    # A taller window instead of a stitched picture: bars that stick stay where they belong.
    page.set_viewport_size({"width": size["width"], "height": min(max(height, 640), TALLEST)})
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(DRAWN)
    page.screenshot(path=file)
    page.set_viewport_size(size)


def sheet(
    browser: Any, title: str, looks: list[Look], rows: list[tuple[str, list[Path]]], file: Path
) -> None:
    """One picture: a row for each page, a column for each look."""
    cells = "".join(
        f"<tr><th>{html.escape(name)}</th>"
        + "".join(f'<td><img src="{one.resolve().as_uri()}"></td>' for one in files)
        + "</tr>"
        for name, files in rows
    )
    heads = "".join(f"<th>{look.name}</th>" for look in looks)
    page_file = file.with_suffix(".html")
    page_file.write_text(
        "<!doctype html><meta charset=utf-8><style>body{font:13px sans-serif;background:#bbb}"
        "td{vertical-align:top;padding:6px}img{height:460px;object-fit:cover;object-position:top}"
        f"th{{width:150px;min-width:150px;text-align:left;vertical-align:top;overflow-wrap:anywhere}}</style><h1>{html.escape(title)}</h1>"
        f"<table><tr><th></th>{heads}</tr>{cells}</table>",
        encoding="utf-8",
    )
    page = browser.new_page(viewport={"width": 3800, "height": 600})
    page.goto(page_file.resolve().as_uri())
    page.screenshot(path=file, full_page=True)
    page.close()


def look_at(
    browser: Any,
    base: str,
    account: tuple[str, str] | None,
    looks: list[Look],
    addresses: list[str],
    folder: Path,
    *,
    axe: bool,
) -> tuple[dict[tuple[str, Look], Path], list[str]]:
    """Shoot and inspect `addresses` in looks that differ in their theme only: each page is opened
    once, and the theme changed under it. Pictures by address and look, and troubles in words."""
    context = browser.new_context(**looks[0].options())
    shots, troubles = {}, []
    with watched(context, base) as findings:
        page = context.new_page()
        if account:
            sign_in(page, base, *account)
            choose(page, base, "language", looks[0].language)
        for address in addresses:
            findings.troubles.clear()
            page.goto(base + address)
            name = re.sub(r"\W+", "-", address).strip("-") or "home"
            for look in looks:
                page.emulate_media(color_scheme=look.theme)
                shots[address, look] = folder / f"{name}-{look.name}.png"
                shoot(page, shots[address, look])
                inspect(page, findings, axe=axe)
                troubles += [
                    f"{address} [{look.name}] {one}" for one in expected_out(findings, address)
                ]
                findings.troubles.clear()
    context.close()
    return shots, troubles


def expected_out(findings: Findings, address: str) -> list[str]:
    """A page that is not there answers 404, which the console calls an error; that is wanted."""
    status = "404" if address == "/nowhere/" else "403" if "signup" in address else None
    return [
        one
        for one in findings.troubles
        if not (status and one.startswith("console") and f"status of {status}" in one)
    ]


def review(
    browser: Any,
    base: str,
    role: str,
    account: tuple[str, str] | None,
    out: Path,
    looks: list[Look],
    *,
    axe: bool,
    most: int,
) -> list[str]:
    """Every page of one role in every look; a contact sheet; troubles in words."""
    addresses = VISITOR
    if account:
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        sign_in(page, base, *account)
        addresses = list(pages_of(page, base, most))
        context.close()
    folder = out / role
    folder.mkdir(parents=True, exist_ok=True)
    troubles: list[str] = []
    shots: dict[tuple[str, Look], Path] = {}
    for _, group in groupby(looks, key=lambda look: (look.width, look.language)):
        pictures, found = look_at(browser, base, account, list(group), addresses, folder, axe=axe)
        troubles += [f"{role}: {one}" for one in found]
        shots |= pictures
    rows = [(address, [shots[address, look] for look in looks]) for address in addresses]
    for start in range(0, len(rows), 6):
        name = out / f"{role}-{start // 6 + 1}.png"
        sheet(browser, f"{role} {start // 6 + 1}", looks, rows[start : start + 6], name)
    print(f"{role}: {len(addresses)} pages x {len(looks)} looks", *troubles, sep="\n  ", flush=True)
    return troubles


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--account", action="append", default=[], metavar="ROLE=NAME:PASSWORD")
    parser.add_argument("--out", type=Path, default=Path("var/sheets"))
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--looks", default="", help="only looks whose name contains this")
    parser.add_argument("--no-axe", action="store_true")
    parser.add_argument("--most", type=int, default=60, help="pages a role at most")
    chosen = parser.parse_args()
    base = chosen.base.rstrip("/")
    people: list[tuple[str, tuple[str, str] | None]] = [("visitor", None)]
    for text in chosen.account:
        role, _, rest = text.partition("=")
        name, _, password = rest.partition(":")
        people.append((role, (name, password)))
    looks = [look for look in LOOKS if chosen.looks in look.name]
    chosen.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
        troubles = [
            one
            for role, account in people
            for one in review(
                browser,
                base,
                role,
                account,
                chosen.out,
                looks,
                axe=not chosen.no_axe,
                most=chosen.most,
            )
        ]
        browser.close()
    (chosen.out / "troubles.txt").write_text("\n".join(troubles) + "\n", encoding="utf-8")
    print(f"{len(troubles)} troubles")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
