"""Values of rules, each with its dates and its source; who checked a source and when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import OrderBy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models.place import Place
from core.guards import Guard
from core.overlap import NoOverlap, overlap_guards
from core.words import in_language

GRADES = [
    ("A", _("official text")),
    ("B", _("official site or press report")),
    ("C", _("weak source")),
    ("D", _("own assumption")),
]
# What may never change once it stands; only the last day may still be set.
FROZEN = (
    *("key", "district_id", "value", "from_on", "source_zh", "source_en", "grade"),
    *("source_ends_on", "reason", "checked_by", "checked_on", "preview_digest", "created_at"),
)
_CHANGED = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FROZEN)


class PolicyValue(models.Model):
    """One rule's value in one district (or everywhere) from a day on. Never edited: a change
    closes this row and begins a new one."""

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
    grade = models.CharField(_("grade of the source"), max_length=1, choices=GRADES, default="D")
    source_ends_on = models.DateField(_("source valid until"), null=True, blank=True)
    reason = models.CharField(_("reason of the change"), max_length=300, blank=True)
    checked_by = models.CharField(_("checked by"), max_length=80, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    # What the reader had seen of gains and losses when the change was confirmed.
    preview_digest = models.CharField(_("digest of the preview"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("entered at"), default=timezone.now)

    guards: ClassVar[tuple[Guard, ...]] = (
        *overlap_guards("committees_policyvalue", ("key", "district_id")),
        Guard(
            "frozen",
            "UPDATE",
            f"({_CHANGED} OR (OLD.to_on IS NOT NULL AND "
            "(NEW.to_on IS NULL OR NEW.to_on > OLD.to_on)))",
            "committees_policyvalue: a value that stands is not edited",
        ),
        Guard(
            "kept",
            "DELETE",
            "(OLD.from_on <= CURRENT_DATE)",
            "committees_policyvalue: a value that has been in force is kept",
        ),
    )

    class Meta:
        verbose_name = _("value of a rule")
        verbose_name_plural = _("values of rules")
        constraints = [
            models.CheckConstraint(
                name="policy_ends_after_start",
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
            ),
            models.CheckConstraint(
                name="policy_grade_known", condition=Q(grade__in=["A", "B", "C", "D"])
            ),
            NoOverlap(name="policy_one_value_a_day", keys=("key",), nullable=("district",)),
        ]
        indexes = [models.Index(fields=["key", "from_on"], name="policy_by_key")]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"

    @property
    def source(self) -> str:
        return in_language(self.source_zh, self.source_en)

    @staticmethod
    def own_district_first() -> OrderBy:
        """Order that puts a district's own value before the value for everywhere."""
        return F("district").asc(nulls_last=True)


class PolicyCheck(models.Model):
    """Somebody compared a source with its text. `value` None: the source of the default."""

    key = models.CharField(_("rule"), max_length=60)
    district = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="policy_checks",
        verbose_name=_("district"),
    )
    value = models.ForeignKey(
        PolicyValue,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checks",
        verbose_name=_("value"),
    )
    checked_by = models.CharField(_("checked by"), max_length=80)
    checked_on = models.DateField(_("checked on"))
    edition = models.CharField(_("document and edition"), max_length=200)
    note = models.CharField(_("note"), max_length=300, blank=True)
    source_ends_on = models.DateField(_("source valid until"), null=True, blank=True)
    at = models.DateTimeField(_("entered at"), default=timezone.now)

    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")

    class Meta:
        verbose_name = _("check of a source")
        verbose_name_plural = _("checks of sources")
        constraints = [
            models.CheckConstraint(
                name="policy_check_source_ends_later",
                condition=Q(source_ends_on=None) | Q(source_ends_on__gte=F("checked_on")),
            ),
            models.CheckConstraint(name="policy_check_edition", condition=~Q(edition="")),
        ]
        indexes = [models.Index(fields=["key", "district"], name="policy_check_by_key")]

    def __str__(self) -> str:
        return f"{self.key} · {self.checked_on}"
