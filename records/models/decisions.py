"""What was decided of entries: verified or returned, and years that were closed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Place
from core.guards import Guard
from core.scope import Role, scope_of
from records.models.accounts import HourAccount
from records.models.entries import HourCategory, HourEntry
from records.models.locking import DECISION_MARK, LOCKED_BY_DISTRICT


class HourDecision(models.Model):
    """The one verdict on an entry. A verified entry is taken back by a reversal, a returned one is
    posted again under a new key; neither is decided twice.

    Account, year, category and quarters repeat the entry's (a guard compares them), so that
    the verified hours of a district are read from one index.
    """

    class Kind(models.TextChoices):
        VERIFIED = "verified", _("Verified")
        REJECTED = "rejected", _("Returned")

    entry = models.OneToOneField(
        HourEntry, models.PROTECT, related_name="decision", verbose_name=_("hour entry")
    )
    kind = models.CharField(_("decision"), max_length=8, choices=Kind)
    account = models.ForeignKey(
        HourAccount,
        models.PROTECT,
        related_name="decisions",
        db_index=False,
        verbose_name=_("hour account"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    category = models.CharField(_("category"), max_length=12, choices=HourCategory)
    quarters = models.SmallIntegerField(_("quarters of an hour"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    after_lock = models.BooleanField(_("decided after the year was locked"), default=False)
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor_label = models.CharField(_("who"), max_length=120, blank=True)

    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")
    guards: ClassVar[tuple[Guard, ...]] = (
        Guard(
            "copy",
            "INSERT",
            """NOT EXISTS (SELECT 1 FROM records_hourentry e WHERE e.id = NEW.entry_id
                AND e.account_id = NEW.account_id AND e.year = NEW.year
                AND e.category = NEW.category AND e.quarters = NEW.quarters)""",
            "records_hourdecision: a decision repeats its entry",
        ),
        Guard(
            "taken_back",
            "INSERT",
            "EXISTS (SELECT 1 FROM records_hourentry e WHERE e.reverses_id = NEW.entry_id)",
            "records_hourdecision: the entry was taken back",
        ),
        DECISION_MARK,
    )

    class Meta:
        verbose_name = _("decision on an hour entry")
        verbose_name_plural = _("decisions on hour entries")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="verified") | (Q(kind="rejected") & ~Q(reason="")),
                name="hour_decision_returned_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind="verified") | Q(quarters__gt=0),
                name="hour_decision_reversal_stands",
            ),
        ]
        indexes = [
            # Every column that a sum needs: PostgreSQL reads the index alone.
            models.Index(
                fields=["year", "account", "category", "quarters"],
                condition=Q(kind="verified"),
                name="hour_decision_verified_sums",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.kind}"


class YearLockQuerySet(models.QuerySet["YearLock"]):
    def visible_to(self, viewer: Any) -> YearLockQuerySet:
        """Locks of the districts a viewer works in or belongs to."""
        scope = scope_of(viewer)
        if scope.everywhere(Role.SYSTEM_ADMIN, Role.AUDITOR):
            return self.all()
        return self.filter(district__in=Place.objects.visible_to(viewer))


class YearLock(models.Model):
    """A year that a district has closed. What is posted or decided later says so for ever."""

    district = models.ForeignKey(
        Place, models.PROTECT, related_name="year_locks", verbose_name=_("district")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    locked_at = models.DateTimeField(_("locked at"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor_label = models.CharField(_("who"), max_length=120, blank=True)

    objects = YearLockQuerySet.as_manager()
    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")
    guards: ClassVar[tuple[Guard, ...]] = (LOCKED_BY_DISTRICT,)

    class Meta:
        verbose_name = _("year lock")
        verbose_name_plural = _("year locks")
        constraints = [models.UniqueConstraint(fields=["district", "year"], name="year_lock_once")]

    def __str__(self) -> str:
        return f"{self.district} {self.year}"
