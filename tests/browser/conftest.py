"""A Chromium for the browser tests, and pages of it signed in as somebody."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.inspect_page import AXE, FLAGS, Findings, Look, sign_in, watched
from tests.factories.accounts import PASSWORD, UserFactory, user_with

# Playwright's loop runs in this thread, where Django would refuse to talk to its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """The machine's Chromium; each test opens contexts of its own in it."""
    if not AXE.is_file():
        pytest.skip("the front-end files are not installed (dev.py installs them)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


Opener = Callable[..., tuple[Any, Findings]]


@pytest.fixture
def open_page(browser: Any, live_server: Any) -> Iterator[Opener]:
    """open_page(look, role="", script=True) -> a page, and what is noticed on it."""
    entered: list[Any] = []
    contexts: list[Any] = []

    def opened(
        look: Look | None = None, *, role: str | None = None, script: bool = True, **account: Any
    ) -> tuple[Any, Findings]:
        context = browser.new_context(
            **(look or Look()).options(), base_url=live_server.url, java_script_enabled=script
        )
        contexts.append(context)
        watcher = watched(context, live_server.url)
        findings = watcher.__enter__()
        entered.append(watcher)
        page = context.new_page()
        if role is not None:
            user = user_with(role, **account) if role else UserFactory(**account)
            sign_in(page, live_server.url, user.username, PASSWORD)
        return page, findings

    yield opened
    for watcher in entered:
        watcher.__exit__(None, None, None)
    for context in contexts:
        context.close()
