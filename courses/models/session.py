"""Gatherings."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Person
from core.words import in_language
from courses.models.course import Course
from courses.models.offering import Offering
from records.models import HourCategory


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, viewer: Any) -> SessionQuerySet:
        return self.filter(offering__in=Offering.objects.visible_to(viewer))


class Session(models.Model):
    """One gathering of a class. The only kind of gathering: attendance, hours, reminders and
    clashes hang here."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(_("public key"), default=uuid.uuid4, unique=True, editable=False)
    offering = models.ForeignKey(
        Offering,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("class"),
    )
    course = models.ForeignKey(
        Course, models.PROTECT, related_name="sessions", verbose_name=_("course")
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    quarters = models.PositiveSmallIntegerField(_("quarters of an hour"))
    category = models.CharField(
        _("category"), max_length=12, choices=HourCategory, default=HourCategory.CENTRALISED
    )
    lecturer = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lecturer"),
    )
    venue_zh = models.CharField(_("venue"), max_length=120, blank=True)
    venue_en = models.CharField(_("venue in English"), max_length=160, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(quarters__range=(1, 96)), name="session_quarters_plausible"
            ),
        ]
        indexes = [
            models.Index(fields=["offering", "starts_at"], name="session_by_offering"),
            models.Index(fields=["state", "starts_at"], name="session_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.course} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def on(self) -> datetime.date:
        """The day in the portal's time zone."""
        return timezone.localtime(self.starts_at).date()

    @property
    def venue(self) -> str:
        return in_language(self.venue_zh, self.venue_en)
