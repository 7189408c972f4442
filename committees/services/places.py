"""Writing the tree of places."""

from __future__ import annotations

import datetime
import re
import uuid
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from committees import names, words
from committees.models import Place, PlaceProfile, WordSet
from core import audit, summaries
from core.errors import DomainError

LEVEL_OF_KIND = {
    Place.Kind.PROVINCE: Place.Level.PROVINCE,
    Place.Kind.CITY: Place.Level.CITY,
    Place.Kind.DISTRICT: Place.Level.DISTRICT,
    Place.Kind.STREET: Place.Level.SUBDISTRICT,
    Place.Kind.TOWN: Place.Level.SUBDISTRICT,
    Place.Kind.TOWNSHIP: Place.Level.SUBDISTRICT,
    Place.Kind.OTHER: Place.Level.SUBDISTRICT,
    Place.Kind.RESIDENTIAL: Place.Level.COMMITTEE,
    Place.Kind.VILLAGE: Place.Level.COMMITTEE,
    Place.Kind.QUASI: Place.Level.COMMITTEE,
}
PROFILE_FIELDS = frozenset(
    field.name for field in PlaceProfile._meta.concrete_fields if field.name not in ("id", "place")
)
FIGURES = (
    "households",
    "population",
    "area_km2",
    "committees",
    "grids",
    "micro_grids",
    "meta_grids",
    "two_committee_seats",
)
# The trail has more readers than the flag: it says that the flag changed, not how.
CONFIDENTIAL = ("key_support",)
WORD_FIELDS = frozenset(
    field.name for field in WordSet._meta.concrete_fields if field.name not in ("id", "district")
)


class WrongPlace(DomainError):
    code = "wrong_place"


def create_place(
    *,
    actor: Any,
    parent: Place | None,
    kind: str,
    name_zh: str,
    name_en: str = "",
    code: str | None = None,
    source: str = "",
) -> Place:
    """Add a place below `parent` (None: a province-level unit).

    Raises WrongPlace when the kind does not fit below the parent, the parent is closed, the name is
    empty or the code is wrong or taken.
    """
    level = LEVEL_OF_KIND[Place.Kind(kind)]
    name_zh = name_zh.strip()
    _check_new_place(parent, level, name_zh, code)
    spelling = names.spell_place(name_zh)
    with transaction.atomic():
        if code and Place.objects.filter(code=code).exists():
            raise WrongPlace(_("Another place already has this code."), field="code")
        place = Place.objects.create(
            parent=parent,
            kind=kind,
            level=level,
            name_zh=name_zh,
            name_en=name_en.strip(),
            code=code,
            source=source,
            pinyin=spelling.pinyin,
            initials=spelling.initials,
            path=f"new:{uuid.uuid4()}",
        )
        place.path = f"{parent.path if parent else '/'}{place.pk}/"
        place.save(update_fields=["path"])
        if level == Place.Level.COMMITTEE:
            summaries.add("committees", place_id=place.pk)
        audit.record(
            actor=actor,
            action="place.create",
            obj=place,
            after={"name_zh": name_zh, "kind": kind, "code": code},
            unit_id=place.pk,
        )
    return place


def _check_new_place(parent: Place | None, level: int, name_zh: str, code: str | None) -> None:
    if not name_zh:
        raise WrongPlace(_("A place needs a Chinese name."), field="name_zh")
    if code and not re.fullmatch(r"[0-9]{12}", code):
        raise WrongPlace(_("A place code has 12 digits."), field="code")
    if parent is None:
        if level != Place.Level.PROVINCE:
            raise WrongPlace(_("Only a province-level unit stands on its own."), field="parent")
        return
    if parent.level >= level:
        raise WrongPlace(
            _("A place of this kind cannot stand below %(parent)s.") % {"parent": parent},
            field="kind",
        )
    if parent.closed_on is not None:
        raise WrongPlace(_("%(parent)s is closed.") % {"parent": parent}, field="parent")


def save_profile(*, actor: Any, place: Place, **values: Any) -> PlaceProfile:
    """Write what is known of a place; only `values` change, only changes are audited.

    Raises WrongPlace when figures are given without a source, or none of the fields is known.
    """
    unknown = set(values) - PROFILE_FIELDS
    if unknown:
        raise TypeError(f"not a field of a profile: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        Place.objects.select_for_update(no_key=True).get(pk=place.pk)
        profile = PlaceProfile.objects.filter(place=place).first() or PlaceProfile(place=place)
        before = {name: getattr(profile, name) for name in values}
        changed = {name: value for name, value in values.items() if value != before[name]}
        if not changed and profile.pk:
            return profile
        for name, value in changed.items():
            setattr(profile, name, value)
        _check_profile(profile)
        if profile.pk:
            profile.save(update_fields=list(changed))
        else:
            profile.save()  # new row
        audit.record(
            actor=actor,
            action="place.profile",
            obj=place,
            before={name: before[name] for name in changed if name not in CONFIDENTIAL},
            after=changed | {name: "changed" for name in CONFIDENTIAL if name in changed},
            unit_id=place.pk,
        )
    return profile


def _check_profile(profile: PlaceProfile) -> None:
    if any(getattr(profile, name) is not None for name in FIGURES) and not profile.source:
        raise WrongPlace(_("Figures need a source."), field="source")
    if profile.area_km2 is not None and not Decimal(0) < profile.area_km2 < Decimal(1_000_000):
        raise WrongPlace(_("An area is given in square kilometres."), field="area_km2")


def save_words(*, actor: Any, district: Place, **values: str) -> WordSet:
    """Set the words of a district. Raises WrongPlace for another level or an empty Chinese word."""
    unknown = set(values) - WORD_FIELDS
    if unknown:
        raise TypeError(f"not a word: {', '.join(sorted(unknown))}")
    if district.level != Place.Level.DISTRICT:
        raise WrongPlace(_("Words are chosen by a district."), field="district")
    for name, value in values.items():
        if name.endswith("_zh") and not value.strip():
            raise WrongPlace(_("This word cannot be empty."), field=name)
    with transaction.atomic():
        Place.objects.select_for_update(no_key=True).get(pk=district.pk)
        found = WordSet.objects.filter(district=district).first() or WordSet(district=district)
        before = {name: getattr(found, name) for name in values}
        for name, value in values.items():
            setattr(found, name, value.strip())
        if found.pk:
            found.save(update_fields=list(values))
        else:
            found.save()  # new row
        audit.record(
            actor=actor, action="place.words", obj=district, before=before, after=dict(values)
        )
        transaction.on_commit(words.forget)
    words.forget()
    return found


def close_place(*, actor: Any, place: Place, on: datetime.date, reason: str = "") -> Place:
    """Close a place that has no standing place below it and nobody serving in it.

    Raises WrongPlace otherwise; its records stay with it.
    """
    with transaction.atomic():
        place = Place.objects.select_for_update(no_key=True).get(pk=place.pk)
        if place.closed_on is not None:
            raise WrongPlace(_("%(place)s is closed already.") % {"place": place})
        if place.children.filter(closed_on=None).exists():
            raise WrongPlace(_("Places below %(place)s still stand.") % {"place": place})
        if place.affiliations.filter(to_on=None).exists():
            raise WrongPlace(_("People still serve in %(place)s.") % {"place": place})
        place.closed_on = on
        place.save(update_fields=["closed_on"])
        if place.level == Place.Level.COMMITTEE:
            summaries.add("committees", place_id=place.pk, amount=-1)
        audit.record(
            actor=actor,
            action="place.close",
            obj=place,
            after={"closed_on": on},
            reason=reason,
            unit_id=place.pk,
        )
    return place
