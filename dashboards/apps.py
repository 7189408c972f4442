from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.registries import NavEntry, home_tiles, navigation
from core.scope import Role

READERS = frozenset({Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN, Role.AUDITOR})


class DashboardsConfig(AppConfig):
    name = "dashboards"
    verbose_name = _("Dashboards")

    def ready(self) -> None:
        from dashboards import tiles

        navigation.add(
            "dashboard",
            NavEntry(
                key="dashboard",
                label=_("Figures of the district"),
                url_name="dashboards:board",
                icon="bar-chart",
                roles=READERS,
                group="insight",
            ),
            order=10,
        )
        home_tiles.add(tiles.TILE.key, tiles.TILE, order=15)
