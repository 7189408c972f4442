"""Writing about people."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from committees import names
from committees.models import Person
from core import audit, crypto
from core.errors import DomainError


class WrongPerson(DomainError):
    code = "wrong_person"


def create_person(
    *,
    actor: Any,
    name_zh: str = "",
    name_en: str = "",
    sex: str = "",
    birth_year: int | None = None,
    birth_month: int | None = None,
    education: str = "",
    is_party_member: bool | None = None,
    mobile: str = "",
    source: str = "",
) -> Person:
    """Add a person. The mobile is encrypted; the audit row says only that one was given.

    Raises WrongPerson without any name or with an implausible birth date, WrongMobile for a number
    that is none.
    """
    name_zh, name_en = name_zh.strip(), " ".join(name_en.split())
    if not name_zh and not name_en:
        raise WrongPerson(_("A person needs a name."), field="name_zh")
    if birth_year is not None and not 1900 <= birth_year <= 2100:
        raise WrongPerson(_("The year of birth has four digits."), field="birth_year")
    if birth_month is not None and not 1 <= birth_month <= 12:
        raise WrongPerson(_("The month of birth is 1 to 12."), field="birth_month")
    digits = crypto.normalise_mobile(mobile) if mobile.strip() else ""
    spelling = names.spell_person(name_zh or name_en)
    with transaction.atomic():
        person = Person.objects.create(
            name_zh=name_zh,
            name_en=name_en,
            pinyin=spelling.pinyin,
            initials=spelling.initials,
            sex=sex,
            birth_year=birth_year,
            birth_month=birth_month,
            education=education,
            is_party_member=is_party_member,
            mobile_cipher=crypto.encrypt(digits) if digits else "",
            mobile_index=crypto.mobile_index(digits) if digits else "",
            mobile_mask=crypto.mask_mobile(digits) if digits else "",
            source=source,
        )
        audit.record(
            actor=actor,
            action="person.create",
            obj=person,
            after={"name": person.name_zh or person.name_en, "has_mobile": bool(digits)},
        )
    return person


def reveal_mobile(*, actor: Any, person: Person, purpose: str) -> str:
    """The person's whole number, for a purpose that stays on record.

    Raises WrongPerson without a purpose, or when no number is kept.
    """
    purpose = " ".join(purpose.split())
    if len(purpose) < 2:
        raise WrongPerson(_("Say what the number is needed for."), field="purpose")
    if not person.mobile_cipher:
        raise WrongPerson(_("No mobile number is kept for this person."))
    with transaction.atomic():
        digits = crypto.decrypt(person.mobile_cipher)
        audit.record(
            actor=actor,
            action="person.mobile.reveal",
            obj=person,
            reason=purpose,
            unit_id=person.unit_id,
        )
    return digits
