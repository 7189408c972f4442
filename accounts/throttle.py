"""How many wrong guesses an account and an address may make: counted in the database.

A turn is taken *before* a password is looked at and given back when it was right, in one
conditional UPDATE, so that a hundred guesses at once get no more turns than one after the other,
and a dead cache opens no door. A passkey needs no turn, so guesses never keep the owner out.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.shortcuts import render
from django.utils import timezone

from accounts.models import GuessCount, User
from core.crypto import mobile_index, normalise_mobile
from core.errors import DomainError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# Quiet time since the last evaluated guess ends a run, so any five minutes hold one run of guesses.
WINDOW = datetime.timedelta(minutes=5)
PER_ACCOUNT = 10
# Many people of one office share an address: only wrong guesses stay counted against it.
PER_ADDRESS = 100
FORGET_AFTER = datetime.timedelta(days=1)


def spelled(login: str) -> str:
    """A sign-in name as it is compared: full-width forms, case and outer spaces do not count."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def find_user(login: str) -> User | None:
    """The account behind a user name, an e-mail address or a mobile number, however spelled."""
    name = spelled(login)
    if not name:
        return None
    if "@" in name:
        return User.objects.filter(email=name).first()
    try:
        return User.objects.filter(mobile_index=mobile_index(normalise_mobile(name))).first()
    except DomainError:
        return User.objects.filter(username__iexact=name).first()


def account_key(login: str) -> str:
    """One key for all spellings of an account; names that no account has are counted alike."""
    user = find_user(login)
    if user is not None:
        return f"account:{user.pk}"
    name = hmac.new(settings.SECRET_KEY.encode(), spelled(login).encode(), hashlib.sha256)
    return f"name:{name.hexdigest()}"


def client_address(request: HttpRequest) -> str:
    """The visitor's address; behind a trusted proxy the one the proxy vouches for."""
    return get_client_ip(request) or ""


def take_turn(key: str, limit: int) -> bool:
    """Count one guess for `key`; False when `limit` guesses of this window are used up."""
    now = timezone.now()
    quiet_since = now - WINDOW
    with transaction.atomic():
        GuessCount.objects.bulk_create(
            [GuessCount(key=key, tried=0, last_at=now)], ignore_conflicts=True
        )
        row = GuessCount.objects.filter(key=key)
        taken = row.filter(Q(tried__lt=limit) | Q(last_at__lt=quiet_since)).update(
            tried=Case(When(last_at__lt=quiet_since, then=Value(1)), default=F("tried") + 1),
            last_at=now,
        )
    return bool(taken)


def give_back(key: str) -> None:
    """The guess was right: it does not count."""
    GuessCount.objects.filter(key=key, tried__gt=0).update(tried=F("tried") - 1)


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to have one guess looked at."""

    keys: tuple[str, ...]

    def give_back(self) -> None:
        for key in self.keys:
            give_back(key)


def turn_to_sign_in(request: HttpRequest, login: str) -> Turn | None:
    """A turn for this account from this address; None when either has used its guesses up."""
    address = f"address:{client_address(request)}"
    if not take_turn(address, PER_ADDRESS):
        return None
    account = account_key(login)
    if not take_turn(account, PER_ACCOUNT):
        give_back(address)  # nothing was looked at
        return None
    return Turn((account, address))


def turn_for(request: HttpRequest, purpose: str) -> bool:
    """A turn for an open door that is no sign-in (an invitation, a token), by address."""
    return take_turn(f"{purpose}:{client_address(request)}", PER_ADDRESS)


def forget_old_guesses() -> int:
    """Remove counts nobody added to for a day; returns how many."""
    deleted, _ = GuessCount.objects.filter(last_at__lt=timezone.now() - FORGET_AFTER).delete()
    return deleted


def locked_out(request: HttpRequest, **_: Any) -> HttpResponse:
    """The same considerate page whether the account exists or not."""
    minutes = int(WINDOW.total_seconds() // 60)
    response = render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(int(WINDOW.total_seconds()))
    return response
