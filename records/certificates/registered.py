"""What certificates add to the registries of the house."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.registries import NavEntry, navigation, person_sections
from core.scope import Role
from records import training_file
from records.certificates import checks, jobs, kinds, notices, section

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
    for part in (checks, jobs, kinds, notices, training_file):
        part.register()
    person_sections.add(section.SECTION.key, section.SECTION, order=35)
    navigation.add(ENTRY.key, ENTRY, order=80)
