"""Rounds of tutoring."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from committees.models import Place
from core import audit
from tutors.errors import PairingRefused
from tutors.models import Batch


def create_batch(
    *,
    actor: Any,
    district: Place,
    name_zh: str,
    name_en: str = "",
    launched_on: datetime.date,
    ends_on: datetime.date | None = None,
    about_zh: str = "",
    about_en: str = "",
) -> Batch:
    """Begin a round in `district`. Raises PairingRefused for another level or turned dates."""
    if district.level != Place.Level.DISTRICT:
        raise PairingRefused(_("A batch belongs to a district."), field="district")
    if ends_on is not None and ends_on < launched_on:
        raise PairingRefused(_("The batch ends before it begins."), field="ends_on")
    with transaction.atomic():
        batch = Batch.objects.create(
            district=district,
            name_zh=name_zh,
            name_en=name_en,
            launched_on=launched_on,
            ends_on=ends_on,
            about_zh=about_zh,
            about_en=about_en,
        )
        audit.record(
            actor=actor,
            action="tutors.create_batch",
            obj=batch,
            after={"name": name_zh, "launched": launched_on, "ends": ends_on},
            unit_id=district.pk,
        )
    return batch
