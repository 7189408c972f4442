from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Classes")

    def ready(self) -> None:
        from core.registries import (
            NavEntry,
            api_routers,
            appointment_consequences,
            big_buttons,
            demo_leavers,
            demo_steps,
            person_scopes,
            person_sections,
        )
        from core.scope import Role
        from courses import (
            demo,
            effects,
            figures,
            hours,
            merging,
            moving,
            notices,
            points,
            policies,
            scopes,
            sections,
            tiles,
            training_file,
        )
        from courses.services import certificates, seats

        figures.register()
        certificates.register()
        training_file.register()
        hours.register()
        merging.register()
        notices.register()
        policies.register()
        effects.register()
        points.register()
        demo_steps.add("courses", demo.step, order=40)
        demo_leavers.add("seats", seats.settle_after_demonstration)
        tiles.register()
        person_scopes.add("courses", scopes.people_in_my_classes)
        person_sections.add(sections.SECTION.key, sections.SECTION, order=40)
        appointment_consequences.add("classes", moving.consequences, order=30)
        learners = frozenset({Role.SECRETARY.value, Role.MEMBER.value, Role.TUTOR.value})
        for place, (key, label, url_name, icon) in enumerate(
            (
                ("enrol", _("Enrol"), "courses:offering-list", "journal-check"),
                ("check-in", _("Check in"), "courses:check-in", "check-circle"),
            )
        ):
            big_buttons.add(key, NavEntry(key, label, url_name, icon, learners), order=place)
        api_routers.add("classes", "courses.api.router")
