from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.registries import NavEntry, home_tiles, navigation, place_actions
from core.scope import Role

READERS = frozenset({Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN, Role.AUDITOR})


class DashboardsConfig(AppConfig):
    name = "dashboards"
    verbose_name = _("Dashboards")

    def ready(self) -> None:
        from dashboards import place_action, tiles

        navigation.add(
            "dashboard",
            NavEntry(
                key="dashboard",
                label=_("Board of figures"),
                url_name="dashboards:board",
                icon="bar-chart",
                roles=READERS,
                group="insight",
            ),
            order=10,
        )
        place_actions.add(place_action.FIGURES.key, place_action.FIGURES, order=50)
        home_tiles.add(tiles.TILE.key, tiles.TILE, order=15)
