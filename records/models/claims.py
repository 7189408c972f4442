"""Hours studied outside the portal: claimed with evidence, decided by the organiser."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Person, Place
from core.models import StoredFile
from core.scope import Role, Scope, nothing, scope_of
from records.models.entries import HourCategory, HourEntry

DECIDE = (Role.DISTRICT, Role.ORGANISER, Role.AUDITOR)


def claims_in(scope: Scope, prefix: str = "") -> Q:
    """One's own claims, and those of units in the scope of who decides or audits."""
    own = Q(**{f"{prefix}person": scope.person_id}) if scope.person_id else nothing()
    return own | scope.under(f"{prefix}unit__path", *DECIDE)


class HourClaimQuerySet(models.QuerySet["HourClaim"]):
    def visible_to(self, viewer: Any) -> HourClaimQuerySet:
        return self.filter(claims_in(scope_of(viewer)))


class HourClaim(models.Model):
    """What a person says to have studied elsewhere. Its state is that of the entry it stands for:
    waiting, verified, returned (then it can be completed and handed in again) or taken back."""

    class Measure(models.TextChoices):
        HOUR = "hour", _("class hours")
        DAY = "day", _("days")
        HALF_DAY = "half_day", _("half days")

    public_id = models.UUIDField(_("public key"), default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="hour_claims", verbose_name=_("person")
    )
    unit = models.ForeignKey(
        Place, models.PROTECT, null=True, related_name="+", verbose_name=_("unit on that day")
    )
    title = models.CharField(_("what was studied"), max_length=120)
    host = models.CharField(_("held by"), max_length=120)
    category = models.CharField(_("category"), max_length=12, choices=HourCategory)
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"))
    measure = models.CharField(_("measured in"), max_length=10, choices=Measure)
    quarters = models.PositiveSmallIntegerField(_("quarters of an hour"))
    # Quarters of a day or half a day by the rule in force when it was handed in; 4 for hours.
    per_measure = models.PositiveSmallIntegerField(_("quarters of one"), default=4)
    version = models.PositiveSmallIntegerField(_("handed in how often"), default=1)
    entry = models.OneToOneField(
        HourEntry, models.PROTECT, related_name="claim", verbose_name=_("hour entry")
    )
    handed_in_at = models.DateTimeField(_("handed in at"), default=timezone.now)
    files = models.ManyToManyField(
        StoredFile, related_name="hour_claims", verbose_name=_("evidence")
    )

    objects = HourClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim of class hours")
        verbose_name_plural = _("claims of class hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__gte=F("from_on")), name="hour_claim_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(from_on__year=F("to_on__year")), name="hour_claim_within_a_year"
            ),
            models.CheckConstraint(condition=Q(quarters__gt=0), name="hour_claim_of_something"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(host=""), name="hour_claim_says_what_and_where"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-from_on"], name="hour_claim_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.title}"
