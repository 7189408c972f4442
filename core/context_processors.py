"""What every page needs around its content: navigation, preferences, footer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import demo
from core.registries import NavEntry, big_buttons, navigation, people_to_call
from core.scope import Role, scope_of

# Groups of the navigation in their order; "me" stands in the menu of the account, not at the side.
GROUPS: Mapping[str, Any] = {
    "work": "",
    "manage": _("Organise"),
    "insight": _("Overview"),
    "system": _("System"),
    "me": _("My account"),
}
THEMES = ("auto", "light", "dark")
MOST_TABS = 4


@dataclass(frozen=True, slots=True)
class NavLink:
    """A line of the navigation as one reader sees it."""

    key: str
    label: str
    url: str
    icon: str
    group: str
    tab: bool
    url_name: str
    namespace: str
    badge: Callable[[HttpRequest], int] | None = None
    behind: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Does a figure stand behind this line when something waits there?"""
        return self.badge is not None


@dataclass(frozen=True, slots=True)
class NavGroup:
    key: str
    label: Any
    links: tuple[NavLink, ...]


def _link(entry: NavEntry) -> NavLink:
    return NavLink(
        key=entry.key,
        label=str(entry.label),
        url=reverse(entry.url_name),
        icon=entry.icon,
        group=entry.group,
        tab=entry.tab,
        url_name=entry.url_name,
        namespace=entry.url_name.rpartition(":")[0],
        badge=entry.badge,
        behind=entry.behind,
    )


def _open_to(entry: NavEntry, roles: frozenset[str]) -> bool:
    return entry.roles is None or bool(entry.roles & roles)


@lru_cache(maxsize=256)
def _links(roles: frozenset[str], language: str, entries: int) -> tuple[NavLink, ...]:
    """Links for `roles`; `language` and the number of `entries` only key the cache."""
    return tuple(_link(entry) for entry in navigation if _open_to(entry, roles))


@lru_cache(maxsize=256)
def _groups(links: tuple[NavLink, ...]) -> tuple[NavGroup, ...]:
    keys = [*GROUPS, *dict.fromkeys(link.group for link in links if link.group not in GROUPS)]
    return tuple(
        NavGroup(key, GROUPS.get(key, ""), members)
        for key in keys
        if (members := tuple(link for link in links if link.group == key))
    )


@lru_cache(maxsize=256)
def _buttons(roles: frozenset[str], language: str, entries: int) -> tuple[NavLink, ...]:
    """The large buttons of Today for `roles`; the rest keys the cache."""
    return tuple(_link(entry) for entry in big_buttons if _open_to(entry, roles))


@lru_cache(maxsize=256)
def _role_names(roles: frozenset[str], language: str) -> str:
    """Roles in the order of the enumeration, as one line; `language` keys the cache."""
    return " · ".join(str(role.label) for role in Role if role.value in roles)


class BigToday:
    """Today in large text; asked only by the page that shows it."""

    def __init__(self, request: HttpRequest, roles: frozenset[str], language: str) -> None:
        self._request, self._key = request, (roles, language)

    def buttons(self) -> tuple[NavLink, ...]:
        return _buttons(*self._key, len(big_buttons))

    def to_call(self) -> dict[str, str] | None:
        """The person to call: the first that an app knows for this reader."""
        return next((found for ask in people_to_call if (found := ask(self._request))), None)


def _tabs(links: tuple[NavLink, ...]) -> list[NavLink]:
    """What stands in the phone's bar: the first ones, and always what counts something new."""
    tabs = [link for link in links if link.tab]
    spare = [link for link in tabs if not link.counts][MOST_TABS - sum(t.counts for t in tabs) :]
    return [link for link in tabs if link not in spare][:MOST_TABS]


def _here(request: HttpRequest, links: tuple[NavLink, ...]) -> str:
    """Key of the link that leads to this page; else of the first in the same part of the house."""
    match = request.resolver_match
    if match is None:
        return ""
    name, noun = match.view_name, match.view_name.partition("-")[0]
    # The page itself; what a line says lies behind it; the same noun (person-detail lies behind
    # person-list); the same app.
    ways: tuple[Callable[[NavLink], object], ...] = (
        lambda link: link.url_name == name,
        lambda link: link.behind and name.startswith(link.behind),
        lambda link: link.namespace and link.url_name.partition("-")[0] == noun,
        lambda link: link.namespace and link.namespace == match.namespace,
    )
    return next((link.key for way in ways for link in links if way(link)), "")


def preferences(request: HttpRequest) -> dict[str, str]:
    """Theme and size: the account's, else the cookie's, else as the device."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        theme, large = user.theme, user.large_text
    else:
        theme = request.COOKIES.get("theme", "auto")
        large = request.COOKIES.get("large_text") == "1"
    return {
        "theme": theme if theme in THEMES else "auto",
        "size": "elder" if large else "normal",
    }


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` of base.html: language, theme, size, links for this reader, footer, demonstration."""
    user = getattr(request, "user", None)
    links: tuple[NavLink, ...] = ()
    signed_in = user is not None and user.is_authenticated
    language = get_language() or settings.LANGUAGE_CODE
    roles: frozenset[str] = scope_of(user).roles if signed_in else frozenset()
    if signed_in:
        links = _links(roles, language, len(navigation))
    groups = _groups(links)
    chosen, here = preferences(request), _here(request, links)
    return {
        "shell": {
            **chosen,
            # What the frame depends on besides the language: see {% kept %}.
            "frame": (signed_in, roles, here, chosen["theme"], chosen["size"], len(navigation)),
            "language": "zh-Hans" if language.startswith("zh") else "en",
            "signed_in": signed_in,
            "roles": _role_names(roles, language),
            "side": [group for group in groups if group.key != "me"],
            "me": next((group.links for group in groups if group.key == "me"), ()),
            "tabs": _tabs(links),
            "here": here,
            "big": BigToday(request, roles, language),
            "ask_large_text": user is not None and signed_in and user.large_text is None,
            "host_unit": settings.HOST_UNIT,
            "host_contact": settings.HOST_CONTACT,
            "icp_number": settings.ICP_NUMBER,
            "police_number": settings.POLICE_FILING_NUMBER,
            "demo": settings.DEMO,
            # A function: asked only by the page for signing in.
            "demo_accounts": demo.accounts if settings.DEMO else (),
            "foot": any(
                (
                    settings.DEMO,
                    settings.HOST_UNIT,
                    settings.HOST_CONTACT,
                    settings.ICP_NUMBER,
                    settings.POLICE_FILING_NUMBER,
                )
            ),
        }
    }
