"""The end of a year: what was settled when, and the gaps that the next plan takes over."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Person, Place
from core.scope import Role, scope_of


class YearEndStep(models.Model):
    """The district says that a part of the year's end is done. Said again later, it is another
    row."""

    class Step(models.TextChoices):
        RULES = "rules", _("Targets and rules of the new year looked through")
        GAPS = "gaps", _("Gaps taken over for the next plan")

    district = models.ForeignKey(
        Place, models.PROTECT, related_name="year_end_steps", verbose_name=_("district")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    step = models.CharField(_("step"), max_length=8, choices=Step)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("done at"), default=timezone.now)
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor_label = models.CharField(_("who"), max_length=120, blank=True)

    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")

    class Meta:
        verbose_name = _("step of a year's end")
        verbose_name_plural = _("steps of a year's end")
        indexes = [
            models.Index(fields=["district", "year", "step", "-at"], name="year_end_step_latest")
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.year} {self.step}"


class YearGapQuerySet(models.QuerySet["YearGap"]):
    def visible_to(self, viewer: Any) -> YearGapQuerySet:
        """The people of the places whose hours the viewer reads."""
        return self.filter(
            scope_of(viewer).under(
                "unit__path", Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN, Role.AUDITOR
            )
        )

    def taken_last(self, district: Place, year: int) -> YearGapQuerySet:
        """The list taken over last."""
        lists = YearEndStep.objects.filter(
            district=district, year=year, step=YearEndStep.Step.GAPS
        ).order_by("-at", "-pk")
        return self.filter(taken=lists.values("pk")[:1])


class YearGap(models.Model):
    """Somebody who missed hours, or a centralised training, when the gaps were taken over."""

    taken = models.ForeignKey(
        YearEndStep, models.PROTECT, related_name="gaps", verbose_name=_("taken over with")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="year_gaps", verbose_name=_("person")
    )
    unit = models.ForeignKey(
        Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("unit on that day")
    )
    target = models.PositiveSmallIntegerField(_("target in quarters"))
    counted = models.PositiveIntegerField(_("quarters counted"))
    missing = models.PositiveSmallIntegerField(_("quarters missing"))
    # Asked of secretaries: how many centralised trainings of the year they still lack.
    trainings = models.PositiveSmallIntegerField(_("centralised trainings missing"), default=0)

    objects = YearGapQuerySet.as_manager()
    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")

    class Meta:
        verbose_name = _("gap taken over")
        verbose_name_plural = _("gaps taken over")
        constraints = [
            models.UniqueConstraint(fields=["taken", "person"], name="year_gap_once"),
            models.CheckConstraint(
                condition=Q(target=F("counted") + F("missing"))
                | Q(missing=0, counted__gte=F("target")),
                name="year_gap_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(missing__gt=0) | Q(trainings__gt=0), name="year_gap_is_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.missing / 4:g}"
