from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitteesConfig(AppConfig):
    name = "committees"
    verbose_name = _("Places and people")

    def ready(self) -> None:
        from committees import registered

        registered.register()
