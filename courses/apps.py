from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Classes")

    def ready(self) -> None:
        from core.registries import api_routers, demo_steps, person_scopes
        from courses import demo, figures, notices, policies, scopes, tiles

        figures.register()
        notices.register()
        policies.register()
        demo_steps.add("courses", demo.step, order=40)
        tiles.register()
        person_scopes.add("courses", scopes.people_in_my_classes)
        api_routers.add("classes", "courses.api.router")
