"""API tokens: a person's key, shown once, kept as a hash."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiToken, User
from core import audit
from core.errors import DomainError

PREFIX = "tb_"
MOST_DAYS = 365
MOST_TOKENS = 20


class TokenRefused(DomainError):
    code = "token_refused"


def hash_of(token: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()


def issue_token(
    *, actor: User, name: str, days: int = 90, may_write: bool = False
) -> tuple[ApiToken, str]:
    """A new token of `actor`; returns the row and the token itself, which is shown once.

    Raises DomainError without a name, for a life over a year or more than 20 usable tokens.
    """
    if not name.strip():
        raise TokenRefused(_("Please say what the token is for."), field="name")
    if not 1 <= days <= MOST_DAYS:
        raise TokenRefused(
            _("A token is valid for 1 to %(days)d days.") % {"days": MOST_DAYS}, field="days"
        )
    token = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.pk)
        if ApiToken.objects.usable().filter(user=actor).count() >= MOST_TOKENS:
            raise TokenRefused(_("Please revoke a token you no longer need first."))
        row = ApiToken.objects.create(
            user=actor,
            name=name.strip()[:60],
            prefix=token[:8],
            token_hash=hash_of(token),
            may_write=may_write,
            expires_at=timezone.now() + datetime.timedelta(days=days),
        )
        audit.record(
            actor=actor,
            action="token.create",
            obj=row,
            after={"may_write": may_write, "expires": row.expires_at},
        )
    return row, token


def revoke_token(*, actor: User, token: ApiToken) -> ApiToken:
    """End a token at once."""
    with transaction.atomic():
        row = ApiToken.objects.select_for_update().get(pk=token.pk)
        if row.revoked_at is not None:
            raise TokenRefused(_("This token is already revoked."))
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        audit.record(actor=actor, action="token.revoke", obj=row)
    return row


def token_user(token: str) -> ApiToken | None:
    """The usable token behind the text, with its account; None for any other.

    The day of use is noted once a day, so that reading costs no write.
    """
    if not token.startswith(PREFIX) or len(token) > 100:
        return None
    rows = ApiToken.objects.usable().select_related("user")
    row = rows.filter(token_hash=hash_of(token)).first()
    if row is not None and row.last_used_on != timezone.localdate():
        row.last_used_on = timezone.localdate()
        row.save(update_fields=["last_used_on"])
    return row
