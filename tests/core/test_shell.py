"""The frame of a page: who sees which line, what is marked, what a visitor's cookies say."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory, override_settings

from core import context_processors
from core.charts import Chart, Series
from core.context_processors import shell
from core.registries import NavEntry, Registry
from core.scope import Grant, Scope


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry[NavEntry]]:
    registry: Registry[NavEntry] = Registry("navigation of a test")
    registry.add("home", NavEntry("home", "Today", "home", "house", tab=True), order=1)
    registry.add(
        "guide",
        NavEntry("guide", "Guide", "styleguide", "sliders", frozenset({"base_admin"}), "system"),
        order=2,
    )
    registry.add("me", NavEntry("me", "Me", "account_logout", "person", None, "me"), order=3)
    monkeypatch.setattr(context_processors, "navigation", registry)
    for cached in (context_processors._links, context_processors._groups):
        cached.cache_clear()
    yield registry
    for cached in (context_processors._links, context_processors._groups):
        cached.cache_clear()


def seen_by(*roles: str, view_name: str = "home", **cookies: str) -> dict[str, Any]:
    """`shell` for somebody with `roles`; without roles and name, for a visitor."""
    request: Any = RequestFactory().get("/")
    request.COOKIES.update(cookies)
    request.resolver_match = SimpleNamespace(
        view_name=view_name, namespace=view_name.rpartition(":")[0]
    )
    request.user = SimpleNamespace(
        is_authenticated=True,
        theme="dark",
        large_text=None,
        scope=Scope(grants=tuple(Grant(role) for role in roles)),
    )
    return shell(request)["shell"]


def visitor(**cookies: str) -> dict[str, Any]:
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies)
    request.resolver_match = None
    request.user = AnonymousUser()
    return shell(request)["shell"]


def keys(frame: dict[str, Any]) -> list[str]:
    return [link.key for group in frame["side"] for link in group.links]


@pytest.mark.usefixtures("entries")
def test_a_line_is_shown_to_its_roles_only() -> None:
    assert keys(seen_by("secretary")) == ["home"]
    assert keys(seen_by("base_admin")) == ["home", "guide"]


@pytest.mark.usefixtures("entries")
def test_a_visitor_has_no_navigation() -> None:
    frame = visitor()

    assert (keys(frame), frame["tabs"], frame["signed_in"]) == ([], [], False)


@pytest.mark.usefixtures("entries")
def test_what_is_mine_stands_in_the_account_menu() -> None:
    assert [link.key for link in seen_by()["me"]] == ["me"]


@pytest.mark.usefixtures("entries")
def test_the_line_of_the_page_shown_is_marked() -> None:
    assert seen_by("base_admin", view_name="styleguide")["here"] == "guide"
    assert seen_by("base_admin", view_name="elsewhere")["here"] == ""


def test_the_line_of_the_same_part_is_marked_when_none_is_exact(
    entries: Registry[NavEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context_processors, "reverse", lambda name: f"/{name}")
    entries.add("list", NavEntry("list", "Classes", "courses:offering-list", "book"), order=4)

    assert seen_by(view_name="courses:offering-detail")["here"] == "list"


@pytest.mark.usefixtures("entries")
def test_a_page_called_differently_is_marked_where_it_lies(entries: Registry[NavEntry]) -> None:
    behind = ("accounts:token-",)
    entries.add("mine", NavEntry("mine", "Mine", "home", "person", behind=behind), order=9)

    assert seen_by("secretary", view_name="accounts:token-list")["here"] == "mine"
    assert seen_by("secretary", view_name="accounts:account-list")["here"] != "mine"


def test_at_most_four_tabs_stand_in_the_bar(entries: Registry[NavEntry]) -> None:
    for number in range(6):
        entries.add(f"t{number}", NavEntry(f"t{number}", "T", "home", "house", tab=True), order=9)

    assert [link.key for link in seen_by()["tabs"]] == ["home", "t0", "t1", "t2"]


def test_what_counts_something_new_keeps_its_tab(entries: Registry[NavEntry]) -> None:
    for at in range(5):
        entries.add(
            f"tab{at}", NavEntry(f"tab{at}", "Tab", "home", "house", tab=True), order=10 + at
        )
    inbox = NavEntry("inbox", "Inbox", "home", "bell", tab=True, badge=lambda _request: 1)
    entries.add("inbox", inbox, order=30)

    tabs = [link.key for link in seen_by("secretary")["tabs"]]

    assert tabs == ["home", "tab0", "tab1", "inbox"]


@pytest.mark.parametrize(
    ("cookies", "theme", "size"),
    [
        ({}, "auto", "normal"),
        ({"theme": "dark", "large_text": "1"}, "dark", "elder"),
        ({"theme": '"><script>', "large_text": "yes"}, "auto", "normal"),
    ],
)
def test_a_visitors_cookies_choose_theme_and_size(cookies, theme, size) -> None:
    frame = visitor(**cookies)

    assert (frame["theme"], frame["size"]) == (theme, size)


def test_an_account_outweighs_the_cookie() -> None:
    frame = seen_by(theme="light", large_text="1")

    assert (frame["theme"], frame["size"], frame["ask_large_text"]) == ("dark", "normal", True)


@pytest.mark.parametrize("name", ["HOST_UNIT", "HOST_CONTACT", "ICP_NUMBER"])
def test_the_footer_is_there_as_soon_as_one_part_is(name: str) -> None:
    empty = dict.fromkeys(("HOST_UNIT", "HOST_CONTACT", "ICP_NUMBER", "POLICE_FILING_NUMBER"), "")
    with override_settings(DEMO=False, **empty):
        assert visitor()["foot"] is False
    with override_settings(DEMO=False, **(empty | {name: "x"})):
        assert visitor()["foot"] is True


def test_a_chart_and_its_table_tell_the_same() -> None:
    chart = Chart("k", "Title", ["A", "B"], [Series("S", [1, None])], urls=["/a", "/b"])

    assert [(row.label, row.values, row.url) for row in chart.rows] == [
        ("A", (1,), "/a"),
        ("B", (None,), "/b"),
    ]
    assert chart.payload["series"][0]["values"] == [1, None]


def test_a_chart_refuses_a_seventh_series_and_a_short_one() -> None:
    with pytest.raises(ValueError, match="at most 6"):
        Chart("k", "T", ["A"], [Series(str(n), [n]) for n in range(7)])
    with pytest.raises(ValueError, match="another length"):
        Chart("k", "T", ["A", "B"], [Series("S", [1])])
