from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from core import registries
        from core.registries import HomeTile, NavEntry
        from core.scope import Role
        from notices import reading

        registries.navigation.add(
            "notices",
            NavEntry(
                "notices",
                _("Notices"),
                "notices:notice-list",
                "bell",
                tab=True,
                badge=reading.unread_count,
            ),
            order=80,
        )
        registries.navigation.add(
            "outbox",
            NavEntry(
                "outbox",
                _("Deliveries"),
                "notices:outbox-list",
                "send",
                roles=frozenset({Role.SYSTEM_ADMIN}),
                group="system",
            ),
            order=810,
        )
        registries.home_tiles.add(
            "notices",
            HomeTile("notices", "notices/_home_tile.html", reading.home_tile),
            order=20,
        )
        registries.health_checks.add("outbox", reading.outbox_health)
        registries.invariant_checks.add("outbox", reading.broken_invariants)
        registries.api_routers.add("notices", "notices.api.router")
