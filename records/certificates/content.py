"""What a certificate says: frozen as JSON, hashed, and never read from anywhere else again."""

from __future__ import annotations

import datetime
import hashlib
import json
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from committees.models import Person, Place
from core.documents import fonts

FORM = "completion/1"
# Crockford's signs: none is mistaken for another on paper.
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
CODE_LENGTH = 12  # 60 bits, behind a number that must fit and a limit of guesses
GROUP = 4


@dataclass(frozen=True, slots=True)
class Award:
    """What is to be certified: who completed what. `source`, `group` and `key` name the cause, the
    last of them for this one person."""

    person: Person
    unit: Place
    source: str
    group: str
    key: str
    title_zh: str
    title_en: str
    begins_on: datetime.date
    ends_on: datetime.date
    quarters: int


def number_of(base_code: str, year: int, serial: int) -> str:
    """CAOYANG-2026-0001."""
    return f"{base_code}-{year}-{serial:04d}".upper()


def new_code() -> str:
    """Twelve signs nobody can guess, in groups that a person can read out."""
    plain = "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))
    return "-".join(plain[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def plain_number(text: str) -> str:
    """A number as somebody typed it: full-width forms, spaces and case do not count."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def plain_code(text: str) -> str:
    """A code as somebody typed it: dashes and signs that look alike do not count either."""
    signs = (sign for sign in plain_number(text) if sign.isalnum())
    return "".join(signs).translate(MISREAD)


def check_url(number: str, code: str) -> str:
    """The page that answers for this certificate; what the QR code holds."""
    query = urlencode({"n": number, "c": plain_code(code)})
    return f"{settings.PORTAL_URL.rstrip('/')}{reverse('certificates:check')}?{query}"


def unit_in_full(unit: Place) -> str:
    """样本街道第一居委会: the unit behind the sub-district it belongs to."""
    above = unit.parent.name_zh if unit.level == Place.Level.COMMITTEE and unit.parent else ""
    return unit.name_zh if unit.name_zh.startswith(above) else f"{above}{unit.name_zh}"


def unprintable(*texts: str) -> str:
    """Characters of `texts` that no font of the certificate draws; "" when all can be printed."""
    return "".join(fonts.undrawable(texts))


def freeze(award: Award, *, number: str, issuer: str, issued_on: datetime.date) -> dict[str, Any]:
    """The content of a certificate. The print is made of this alone."""
    code = new_code()
    return {
        "form": FORM,
        "number": number,
        "code": code,
        "check_url": check_url(number, code),
        "name": str(award.person),
        "unit": unit_in_full(award.unit),
        "title": award.title_zh,
        "title_en": award.title_en,
        "begins_on": award.begins_on.isoformat(),
        "ends_on": award.ends_on.isoformat(),
        "quarters": award.quarters,
        "issuer": issuer,
        "issued_on": issued_on.isoformat(),
    }


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content in one canonical form, so that order and spaces do not matter."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
