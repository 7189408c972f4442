"""Where hours stand in the navigation and on the Today page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.registries import HomeTile, NavEntry, big_buttons, home_tiles, navigation
from core.scope import Role
from records import permissions, views
from records.views.year_end import season_tile


def claim_page(reference: str) -> str:
    """Where a line of the ledger opens a claim; `reference` is its public key."""
    return reverse("records:claim-show", args=[reference])


def register() -> None:
    """Called once by RecordsConfig.ready."""
    entries = (
        (
            NavEntry(
                "hours",
                _("My hours"),
                "records:my-hours",
                "award",
                roles=frozenset(permissions.LEARNERS),
                tab=True,
            ),
            30,
        ),
        (
            NavEntry(
                "hours-desk",
                _("Hours to verify"),
                "records:desk",
                "check2-circle",
                roles=frozenset(permissions.DECIDERS),
            ),
            31,
        ),
        (
            NavEntry(
                "rules",
                _("Rules"),
                "records:policy-list",
                "sliders",
                roles=frozenset({*permissions.READERS, Role.SYSTEM_ADMIN}),
                group="manage",
            ),
            90,
        ),
        (
            NavEntry(
                "hours-overview",
                _("Class hours by place"),
                "records:hour-overview-first",
                "award",
                roles=frozenset(permissions.READERS),
                group="insight",
            ),
            15,
        ),
    )
    for entry, order in entries:
        navigation.add(entry.key, entry, order=order)
    big_buttons.add("hours", navigation.get("hours"), order=30)
    tile = HomeTile("hours", "records/_home_tile.html", views.hours_tile)
    home_tiles.add(tile.key, tile, order=30)
    # On Today only: a badge would cost every page of an organiser a query.
    waiting = HomeTile("hours-desk", "records/_desk_tile.html", views.waiting_tile)
    home_tiles.add(waiting.key, waiting, order=25)
    season = HomeTile("year-end", "records/_year_end_tile.html", season_tile)
    home_tiles.add(season.key, season, order=15)
