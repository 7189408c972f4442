"""Values of rules, each with its dates and its source."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext_lazy as _

from committees.models.place import Place


class PolicyValue(models.Model):
    """One rule's value in one district (or everywhere) from a day on."""

    key = models.CharField(_("rule"), max_length=60)
    district = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="policies",
        verbose_name=_("district"),
    )
    value = models.JSONField(_("value"))
    from_on = models.DateField(_("valid from"))
    to_on = models.DateField(_("valid until"), null=True, blank=True)
    source_zh = models.CharField(_("source"), max_length=300)
    source_en = models.CharField(_("source in English"), max_length=300, blank=True)
    checked_by = models.CharField(_("checked by"), max_length=80, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)

    class Meta:
        verbose_name = _("value of a rule")
        verbose_name_plural = _("values of rules")
        constraints = [
            models.CheckConstraint(
                name="policy_ends_after_start",
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
            ),
            models.UniqueConstraint(
                fields=["key", "district", "from_on"],
                condition=Q(district__isnull=False),
                name="policy_once_a_day_in_a_district",
            ),
            models.UniqueConstraint(
                fields=["key", "from_on"],
                condition=Q(district=None),
                name="policy_once_a_day_everywhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"

    @staticmethod
    def own_district_first() -> OrderBy:
        """Order that puts a district's own value before the value for everywhere."""
        return F("district").asc(nulls_last=True)
