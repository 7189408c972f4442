from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Class-hour records")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from core.registries import (
            HomeTile,
            NavEntry,
            big_buttons,
            file_kinds,
            home_tiles,
            navigation,
            person_sections,
        )
        from core.scope import Role
        from records import effects, guards, notices, policies, sections, views
        from records.services import claims

        file_kinds.add(claims.FILE_KIND, claims.EVIDENCE)
        policies.register()
        effects.register()
        notices.register()
        # After every migrate, like the append-only triggers of core.
        post_migrate.connect(guards.install_after_migrate, sender=self)
        navigation.add(
            "rules",
            NavEntry(
                key="rules",
                label=_("Rules"),
                url_name="records:policy-list",
                icon="sliders",
                roles=frozenset(
                    {
                        Role.SYSTEM_ADMIN,
                        Role.DISTRICT,
                        Role.ORGANISER,
                        Role.BASE_ADMIN,
                        Role.AUDITOR,
                    }
                ),
                group="manage",
            ),
            order=90,
        )
        navigation.add(
            "hours",
            NavEntry(
                key="hours",
                label=_("My hours"),
                url_name="records:my-hours",
                icon="award",
                roles=frozenset(views.LEARNERS),
                tab=True,
            ),
            order=30,
        )
        person_sections.add(sections.SECTION.key, sections.SECTION, order=30)
        big_buttons.add("hours", navigation.get("hours"), order=30)
        home_tiles.add(
            "hours", HomeTile("hours", "records/_home_tile.html", views.hours_tile), order=30
        )
