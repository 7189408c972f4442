from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Class-hour records")

    def ready(self) -> None:
        from core.registries import (
            HourSource,
            backstop_takers,
            demo_steps,
            file_kinds,
            hour_sources,
            person_merged,
            person_sections,
        )
        from records import (
            demo,
            effects,
            export,
            notices,
            opening,
            points,
            policies,
            sections,
            tiles,
            timed,
        )
        from records.services import claims, merging, year_end

        file_kinds.add(claims.FILE_KIND, claims.EVIDENCE)
        opening.register()
        policies.register()
        effects.register()
        points.register()
        notices.register()
        timed.register()
        export.register()
        tiles.register()
        person_sections.add(sections.SECTION.key, sections.SECTION, order=30)
        hour_sources.add("paper", HourSource(_("Paper register")))
        hour_sources.add(claims.SOURCE, HourSource(_("Hours studied elsewhere"), tiles.claim_page))
        hour_sources.add("reversal", HourSource(_("Taken back")))
        person_merged.add("hours", merging.one_session_once)
        demo_steps.add("hours", demo.step, order=30)
        backstop_takers.add("year-end", year_end.take_backstop_over)

        from records.certificates import registered as certificates

        certificates.register()
