"""Personal fields at rest: cipher text, a keyed index to find them by, and a mask to show.

`FIELD_KEYS`: the first key encrypts, every key decrypts, the last (oldest) keys the index, so that
a new key can be put in front without losing a number. Numbers are normalised before all three.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import DomainError

MOBILE = re.compile(r"1[3-9]\d{9}")


class WrongMobile(DomainError):
    code = "wrong_mobile"


def normalise_mobile(text: str) -> str:
    """Eleven digits of a mainland mobile number; spaces, dashes, +86, full-width digits are taken.

    Raises WrongMobile with a sentence for the field.
    """
    digits = re.sub(r"[\s\-‐-―().]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(\+|00)?86(?=1)", "", digits)
    if not MOBILE.fullmatch(digits):
        raise WrongMobile(_("A mobile number has 11 digits and begins with 1."), field="mobile")
    return digits


def mask_mobile(digits: str) -> str:
    """13800001234 -> 138****1234 (form assumed, domain page 5)."""
    return f"{digits[:3]}****{digits[-4:]}"


@lru_cache(maxsize=8)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"field:" + key.encode()).digest()))
            for key in keys
        ]
    )


def encrypt(text: str) -> str:
    """Cipher text of `text` under the first of FIELD_KEYS."""
    return _fernet(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text behind `token`; raises ValueError when none of FIELD_KEYS fits."""
    try:
        return _fernet(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as exc:
        raise ValueError("no key of FIELD_KEYS opens this field") from exc


def mobile_index(digits: str) -> str:
    """Keyed hash of a normalised number: finds it without storing it."""
    key = b"index:" + settings.FIELD_KEYS[-1].encode()
    return hmac.new(key, digits.encode(), hashlib.sha256).hexdigest()
