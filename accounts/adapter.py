"""How allauth meets this portal: closed sign-up, three ways to name an account, guesses counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts import throttle
from accounts.models import User
from core import audit
from core.crypto import mobile_index, normalise_mobile
from core.errors import DomainError

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin
    from django.http import HttpRequest

# One sentence for every way to be wrong: it never tells which accounts exist.
NO_MATCH = _("The sign-in name and the password do not match. Please check both.")


class MobileField(forms.CharField):
    """A mobile number as people type it; yields its eleven digits."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return normalise_mobile(text)
        except DomainError as error:
            raise ValidationError(error.message) from error


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in for invited people."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NO_MATCH,
        "email_password_mismatch": NO_MATCH,
        "phone_password_mismatch": NO_MATCH,
        "invalid_login": NO_MATCH,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Take a turn before a password is looked at; see accounts.throttle."""
        login = next(
            credentials[key] for key in ("phone", "email", "username") if key in credentials
        )
        self._turn = throttle.turn_to_sign_in(request, login)
        if self._turn is None:
            raise ImmediateHttpResponse(throttle.locked_out(request))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None and self._turn is not None:
            self._turn.give_back()
        return user

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        audit.record(actor=user, action="account.sign_in", obj=user)

    def set_password(self, user: Any, password: str) -> None:
        from accounts.services import set_password

        set_password(actor=user, user=user, password=password)

    def phone_form_field(self, **kwargs: Any) -> forms.CharField:
        return MobileField(**kwargs)

    def get_user_by_phone(self, phone: str) -> User | None:
        try:
            index = mobile_index(normalise_mobile(phone))
        except DomainError:
            return None
        return User.objects.filter(mobile_index=index).first()

    # A number is given by whoever invites, and the account keeps no plain text of it.
    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        return None

    def get_client_ip(self, request: HttpRequest) -> str:
        return throttle.client_address(request) or "127.0.0.1"


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """An organisation's sign-in service opens accounts that exist; it never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Somebody unknown gets a page that says whom to ask, not a form."""
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        raise ImmediateHttpResponse(render(request, "accounts/sign_up_closed.html", status=403))
