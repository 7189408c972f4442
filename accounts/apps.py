from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import calling, demonstration, merging, security
        from accounts.desks import desk_of
        from accounts.permissions import MANAGERS
        from accounts.services import following
        from core import registries
        from core.registries import NavEntry

        registries.navigation.add(
            "accounts",
            NavEntry(
                "accounts",
                _("Accounts and roles"),
                "accounts:account-list",
                "people",
                roles=frozenset(MANAGERS),
                group="manage",
            ),
            order=320,
        )
        registries.navigation.add(
            "profile",
            NavEntry(
                "profile",
                _("My account"),
                "accounts:profile",
                "person",
                group="me",
                behind=("accounts:contact", "accounts:second-factor", "accounts:token-"),
            ),
            order=900,
        )
        registries.accounts_by_number.add("accounts", desk_of)
        registries.people_to_call.add("organiser", calling.organiser_of)
        registries.api_routers.add("me", "accounts.api.router")
        registries.demo_steps.add("accounts", demonstration.step, order=20)
        registries.appointment_changed.add("grants", following.service_ended)
        registries.appointment_consequences.add("grants", following.consequences, order=10)
        registries.merge_rules.add("accounts.user", merging.OneAccount())
        security.listen()
