"""What certificates add to the registries of the house."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.registries import NavEntry, navigation
from core.scope import Role
from records.certificates import checks, jobs, kinds, notices

ENTRY = NavEntry(
    key="certificates",
    label=_("Certificates"),
    url_name="certificates:register",
    icon="award",
    roles=frozenset({Role.BASE_ADMIN, Role.DISTRICT, Role.ORGANISER}),
    group="manage",
)


def register() -> None:
    """Called once at start-up."""
    for part in (checks, jobs, kinds, notices):
        part.register()
    navigation.add(ENTRY.key, ENTRY, order=80)
