"""Accounts: made, changed, closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiToken, Invitation, User
from accounts.validators import clean_username
from core import audit
from core.crypto import mask_mobile, mobile_index, normalise_mobile
from core.errors import DomainError

if TYPE_CHECKING:
    from committees.models import Person

THEMES = ("auto", "light", "dark")


class AccountRefused(DomainError):
    code = "account_refused"


def create_account(
    *,
    actor: Any,
    username: str,
    person: Person | None = None,
    email: str = "",
    mobile: str = "",
    password: str | None = None,
    language: str = "",
) -> User:
    """A new account. Without a password it waits for an invitation or an outside sign-in service.

    Raises DomainError for a name, e-mail, mobile or person that already has an account, and for a
    weak password.
    """
    user = User(
        username=clean_username(username),
        email=clean_email(email),
        person=person,
        language=_known_language(language),
        **_mobile_fields(mobile),
    )
    check_password_strength(password, user)
    user.set_password(password)
    with _naming_the_clash(user), transaction.atomic():
        _refuse_doubles(user)
        user.save(force_insert=True)  # new row
        audit.record(
            actor=actor,
            action="account.create",
            obj=user,
            after={"username": user.username, "person": person.pk if person else None},
            on_behalf=person,
            unit_id=person.unit_id if person else None,
        )
    return user


@contextmanager
def _naming_the_clash(user: User) -> Iterator[None]:
    """Two who choose the same name at the same moment: the second hears a sentence as well."""
    try:
        yield
    except IntegrityError:
        _refuse_doubles(user)
        raise


def clean_email(text: str) -> str:
    """Lower case, or empty. Raises AccountRefused with a sentence for the field."""
    email = text.strip().lower()
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise AccountRefused(
                _("This does not look like an e-mail address."), field="email"
            ) from error
    return email


def _mobile_fields(mobile: str) -> dict[str, Any]:
    if not mobile.strip():
        return {"mobile_index": None, "mobile_mask": ""}
    digits = normalise_mobile(mobile)
    return {"mobile_index": mobile_index(digits), "mobile_mask": mask_mobile(digits)}


def _known_language(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else ""


def check_password_strength(password: str | None, user: User, field: str = "password1") -> None:
    """Raises AccountRefused with everything that is wrong with `password`."""
    if password is None:
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountRefused(" ".join(error.messages), field=field, code="password") from error


def _refuse_doubles(user: User) -> None:
    """A sentence where the database would only say no."""
    others = User.objects.exclude(pk=user.pk)
    if others.filter(username__iexact=user.username).exists():
        raise AccountRefused(_("This user name is taken. Please choose another."), field="username")
    if user.email and others.filter(email=user.email).exists():
        raise AccountRefused(_("Another account signs in with this e-mail."), field="email")
    if user.mobile_index and others.filter(mobile_index=user.mobile_index).exists():
        raise AccountRefused(_("Another account signs in with this mobile."), field="mobile")
    if user.person_id and others.filter(person_id=user.person_id).exists():
        raise AccountRefused(_("This person already has an account."), field="person")


def set_contact(*, actor: Any, user: User, email: str | None = None, mobile: str = "") -> User:
    """Change the e-mail, and the mobile when one is given. Raises DomainError with the field."""
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        changed = {}
        if email is not None:
            row.email = clean_email(email)
            changed["email"] = "changed" if row.email else "removed"
        if mobile.strip():
            for name, value in _mobile_fields(mobile).items():
                setattr(row, name, value)
            changed["mobile"] = row.mobile_mask
        _refuse_doubles(row)
        row.save(update_fields=["email", "mobile_index", "mobile_mask"])
        audit.record(actor=actor, action="account.contact", obj=row, after=changed)
    return row


def set_password(*, actor: Any, user: User, password: str) -> None:
    """Set a new password; every other session of the account ends with its next request."""
    check_password_strength(password, user)
    user.set_password(password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        audit.record(actor=actor, action="account.password", obj=user)


def set_preference(
    *,
    user: User,
    language: str | None = None,
    theme: str | None = None,
    large_text: bool | None = None,
) -> None:
    """How the account wants its pages. Unknown values are refused."""
    fields: dict[str, Any] = {}
    if language is not None:
        fields["language"] = _known_language(language)
    if theme is not None:
        if theme not in THEMES:
            raise AccountRefused(_("This appearance is not known."), field="theme")
        fields["theme"] = theme
    if large_text is not None:
        fields["large_text"] = large_text
    for name, value in fields.items():
        setattr(user, name, value)
    if fields:
        user.save(update_fields=list(fields))


def deactivate_account(*, actor: Any, user: User, reason: str = "") -> User:
    """Close an account: sessions, tokens and invitations end at once. Grants stay as history."""
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        if actor is not None and actor.pk == row.pk:
            raise AccountRefused(_("You cannot close your own account. Please ask a colleague."))
        if not row.is_active:
            raise AccountRefused(_("This account is already closed."))
        row.is_active = False
        row.save(update_fields=["is_active"])
        now = timezone.now()
        ApiToken.objects.filter(user=row, revoked_at=None).update(revoked_at=now)
        Invitation.objects.filter(user=row, accepted_at=None, withdrawn_at=None).update(
            withdrawn_at=now
        )
        for session in UserSession.objects.filter(user=row):
            session.end()
        audit.record(actor=actor, action="account.deactivate", obj=row, reason=reason)
    return row


def reactivate_account(*, actor: Any, user: User) -> User:
    """Open a closed account again; tokens stay revoked."""
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        if row.is_active:
            raise AccountRefused(_("This account is already open."))
        row.is_active = True
        row.save(update_fields=["is_active"])
        audit.record(actor=actor, action="account.reactivate", obj=row)
    return row
