from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.registries import (
    NavEntry,
    api_routers,
    appointment_changed,
    appointment_consequences,
    demo_steps,
    home_tiles,
    invariant_checks,
    metrics,
    navigation,
    notice_rules,
    person_scopes,
    person_sections,
    recounts,
)
from core.scope import Role

OVERSEERS = frozenset({Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN, Role.AUDITOR})


class TutorsConfig(AppConfig):
    name = "tutors"
    verbose_name = _("Tutoring")

    def ready(self) -> None:
        from tutors import (
            demo,
            effects,
            figures,
            merging,
            notices,
            policies,
            scopes,
            sections,
            tiles,
        )
        from tutors.services import unsettled

        _add_navigation()
        policies.register()
        effects.register()
        for rule in (notices.PairingProposed(), notices.PairingActive()):
            notice_rules.add(rule.key, rule)
        metrics.add(figures.PAIRINGS.key, figures.PAIRINGS, order=50)
        recounts.add(figures.PAIRINGS.key, figures.recount_pairings)
        invariant_checks.add("tutors.pairings", figures.check_pairings)
        person_scopes.add("tutors.partners", scopes.partners)
        person_sections.add(sections.SECTION.key, sections.SECTION, order=50)
        home_tiles.add(tiles.TILE.key, tiles.TILE, order=40)
        home_tiles.add(tiles.UNSETTLED.key, tiles.UNSETTLED, order=55)
        appointment_changed.add("tutors.pairings", unsettled.post_changed)
        appointment_consequences.add("tutors.pairings", unsettled.consequences, order=20)
        api_routers.add("tutoring", "tutors.api.router")
        demo_steps.add("tutors", demo.load, order=50)
        merging.register()


def _add_navigation() -> None:
    navigation.add(
        "tutoring",
        NavEntry(
            key="tutoring",
            label=_("Tutoring batches"),
            url_name="tutors:batch-list",
            icon="people",
            roles=OVERSEERS,
            group="manage",
        ),
        order=50,
    )
    navigation.add(
        "my-pupils",
        NavEntry(
            key="my-pupils",
            label=_("My pupils"),
            url_name="tutors:pupil-list",
            icon="person-check",
            roles=frozenset({Role.TUTOR}),
            tab=True,
        ),
        order=40,
    )
    navigation.add(
        "my-tutor",
        NavEntry(
            key="my-tutor",
            label=_("My tutor"),
            url_name="tutors:tutor-mine",
            icon="person-badge",
            roles=frozenset({Role.SECRETARY, Role.MEMBER}),
        ),
        order=45,
    )
