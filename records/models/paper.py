"""What a district knows of the time before the portal: classes of its ledgers without names, and
since when its hours are complete."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Place
from core.scope import Role, scope_of
from records.models.entries import HourCategory

READERS = (Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN, Role.AUDITOR)


class PaperClassQuerySet(models.QuerySet["PaperClass"]):
    def visible_to(self, viewer: Any) -> PaperClassQuerySet:
        """The classes of the places whose hours the viewer reads."""
        return self.filter(scope_of(viewer).under("unit__path", *READERS))

    def standing(self) -> PaperClassQuerySet:
        return self.filter(withdrawal=None)

    def held_in(self, place: Place, year: int) -> PaperClassQuerySet:
        """Standing classes of a place and all below it, by the year of their first day."""
        return self.standing().filter(year=year, unit__path__under=place.path)


class PaperClass(models.Model):
    """A class as a ledger (培训台账) reports it, without the names of who took part.

    A figure of the unit, "from paper": it is nobody's hours and is never computed anew.
    """

    unit = models.ForeignKey(
        Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("unit")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    begins_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    title = models.CharField(_("class"), max_length=160)
    host = models.CharField(_("held by"), max_length=120, blank=True)
    venue = models.CharField(_("venue"), max_length=120, blank=True)
    lecturers = models.CharField(_("lecturers"), max_length=200, blank=True)
    category = models.CharField(_("category"), max_length=12, choices=HourCategory)
    quarters = models.PositiveSmallIntegerField(_("quarters of an hour"))
    # Nothing when the ledger does not say.
    people = models.PositiveIntegerField(_("participants"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=200, blank=True)
    source_ref = models.CharField(_("ledger"), max_length=120, blank=True)
    # The same line again is the same class, whichever file brings it.
    key = models.CharField(_("key"), max_length=120, unique=True)
    posted_at = models.DateTimeField(_("entered at"), default=timezone.now)
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor_label = models.CharField(_("who"), max_length=120, blank=True)

    objects = PaperClassQuerySet.as_manager()
    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")

    class Meta:
        verbose_name = _("class from paper")
        verbose_name_plural = _("classes from paper")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on")), name="paper_class_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(begins_on__year=F("year")), name="paper_class_year_of_first_day"
            ),
            models.CheckConstraint(condition=Q(quarters__gt=0), name="paper_class_has_hours"),
        ]
        indexes = [models.Index(fields=["unit", "year", "begins_on"], name="paper_class_by_unit")]

    def __str__(self) -> str:
        return f"{self.title} {self.begins_on}"


class PaperClassWithdrawal(models.Model):
    """A class from paper was taken back: it stays on record and no longer stands in figures."""

    paper_class = models.OneToOneField(
        PaperClass, models.PROTECT, related_name="withdrawal", verbose_name=_("class from paper")
    )
    reason = models.CharField(_("reason for taking back"), max_length=200)
    at = models.DateTimeField(_("taken back at"), default=timezone.now)
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor_label = models.CharField(_("who"), max_length=120, blank=True)

    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")

    class Meta:
        verbose_name = _("class from paper taken back")
        verbose_name_plural = _("classes from paper taken back")

    def __str__(self) -> str:
        return f"{self.paper_class} {self.at:%Y-%m-%d}"


class CompleteSinceQuerySet(models.QuerySet["CompleteSince"]):
    def visible_to(self, viewer: Any) -> CompleteSinceQuerySet:
        return self.filter(scope_of(viewer).under("place__path", *READERS))


class CompleteSince(models.Model):
    """From which day on all hours of a place are in the portal, as somebody responsible for it
    said. Said again, it is another row; the last one holds."""

    place = models.ForeignKey(
        Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("place")
    )
    since = models.DateField(_("data complete since"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    said_at = models.DateTimeField(_("entered at"), default=timezone.now)
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor_label = models.CharField(_("who"), max_length=120, blank=True)

    objects = CompleteSinceQuerySet.as_manager()
    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")

    class Meta:
        verbose_name = _("since when data are complete")
        verbose_name_plural = _("since when data are complete")
        constraints = [
            models.CheckConstraint(
                condition=Q(since__gte=datetime.date(1990, 1, 1)), name="complete_since_is_a_day"
            )
        ]
        indexes = [models.Index(fields=["place", "-said_at"], name="complete_since_latest")]

    def __str__(self) -> str:
        return f"{self.place} {self.since}"
