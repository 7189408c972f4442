"""People from whom no hours are asked for a while."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Person


class HourExemptionQuerySet(models.QuerySet["HourExemption"]):
    def visible_to(self, viewer: Any) -> HourExemptionQuerySet:
        return self.filter(person__in=Person.objects.present_to(viewer))

    def on(self, day: datetime.date) -> HourExemptionQuerySet:
        """Exemptions that hold on `day`."""
        return self.filter(Q(to_on=None) | Q(to_on__gte=day), from_on__lte=day)


class HourExemption(models.Model):
    """No hours are asked of somebody old, ill or disabled; teaching is brought to them instead. The
    reason is a category only: no word on anybody's health is kept."""

    class Reason(models.TextChoices):
        AGE = "age", _("Age")
        ILLNESS = "illness", _("Health")
        DISABILITY = "disability", _("Disability")

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="hour_exemptions", verbose_name=_("person")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"), null=True, blank=True)
    set_at = models.DateTimeField(_("entered at"), default=timezone.now)
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor_label = models.CharField(_("who"), max_length=120, blank=True)

    objects = HourExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exemption from class hours")
        verbose_name_plural = _("exemptions from class hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="hour_exemption_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(to_on=None), name="hour_exemption_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.from_on}"
