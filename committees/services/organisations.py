"""Writing about member organisations of joint Party committees."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from committees.models import MemberOrganisation, Place
from core import audit
from core.errors import DomainError

FIELDS = ("name_en", "kind", "joined_on", "left_on", "about_zh", "source")


class WrongOrganisation(DomainError):
    code = "wrong_organisation"


def add_organisation(*, actor: Any, place: Place, name_zh: str, **facts: Any) -> MemberOrganisation:
    """Enter a member organisation of a sub-district.

    Raises WrongOrganisation without a name, outside a standing sub-district, when one of this name
    is entered there already, or when it left before it joined.
    """
    _check_fields(facts)
    name_zh = name_zh.strip()
    if not name_zh:
        raise WrongOrganisation(_("An organisation needs a name."), field="name_zh")
    with transaction.atomic():
        place = Place.objects.select_for_update(no_key=True).get(pk=place.pk)
        if place.level != Place.Level.SUBDISTRICT or place.closed_on is not None:
            message = _("Member organisations belong to a standing sub-district or town.")
            raise WrongOrganisation(message, field="place")
        if place.member_organisations.filter(name_zh=name_zh).exists():
            message = _("%(name)s is entered there already.")
            raise WrongOrganisation(message % {"name": name_zh}, field="name_zh")
        new = MemberOrganisation(place=place, name_zh=name_zh, **facts)
        _check_dates(new)
        new.save(force_insert=True)  # new row
        audit.record(
            actor=actor,
            action="member_organisation.create",
            obj=new,
            after={"name": name_zh, **facts},
            unit_id=place.pk,
        )
    return new


def change_organisation(
    *, actor: Any, organisation: MemberOrganisation, **facts: Any
) -> MemberOrganisation:
    """Change what is known of it. Raises WrongOrganisation when it left before it joined."""
    _check_fields(facts)
    with transaction.atomic():
        held = MemberOrganisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        before = {key: getattr(held, key) for key in facts}
        new = {key: value for key, value in facts.items() if value != before[key]}
        if not new:
            return held
        for key, value in new.items():
            setattr(held, key, value)
        _check_dates(held)
        held.save(update_fields=list(new))
        audit.record(
            actor=actor,
            action="member_organisation.update",
            obj=held,
            before={key: before[key] for key in new},
            after=new,
            unit_id=held.place_id,
        )
    return held


def _check_fields(facts: dict[str, Any]) -> None:
    if unknown := set(facts) - set(FIELDS):
        raise TypeError(f"not to be written: {', '.join(sorted(unknown))}")


def _check_dates(organisation: MemberOrganisation) -> None:
    joined, left = organisation.joined_on, organisation.left_on
    if joined and left and left < joined:
        raise WrongOrganisation(_("It left before it joined."), field="left_on")
