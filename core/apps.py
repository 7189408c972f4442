from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("House")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from core import appendonly, crypto, guards  # noqa: F401  -- registers the connection function
        from core.files import XLSX
        from core.registries import FileKind, NavEntry, file_kinds, navigation
        from core.scope import Role

        navigation.add("home", NavEntry("home", _("Today"), "home", "house", tab=True), order=0)
        navigation.add(
            "styleguide",
            NavEntry(
                "styleguide",
                _("Styleguide"),
                "styleguide",
                "sliders",
                roles=frozenset({Role.SYSTEM_ADMIN.value}),
                group="system",
            ),
            order=950,
        )
        # Made by jobs for the one who asked: lists, documents. Nobody hands such a file in.
        file_kinds.add(
            "made", FileKind("made", _("Made for me"), frozenset({XLSX}), 200 << 20, keep_days=7)
        )
        navigation.add(
            "jobs", NavEntry("jobs", _("My jobs"), "job-list", "list-task", group="me"), order=890
        )
        # After every migrate: SQLite drops triggers when a later migration rebuilds a table.
        post_migrate.connect(appendonly.install_after_migrate, sender=self)
        post_migrate.connect(guards.install_after_migrate, sender=self)
        navigation.add(
            "audit",
            NavEntry(
                "audit",
                _("Audit trail"),
                "audit-list",
                "shield-check",
                roles=frozenset({Role.AUDITOR, Role.SYSTEM_ADMIN, Role.DISTRICT}),
                group="system",
            ),
            order=820,
        )
