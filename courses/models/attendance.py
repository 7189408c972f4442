"""Who was there."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from courses.models.enrolment import Enrolment
from courses.models.session import Session

# Marks that count as having been there.
ATTENDED = ("present", "late", "early")


class Attendance(models.Model):
    """Mark of one person for one session."""

    class Mark(models.TextChoices):
        PRESENT = "present", _("Present")
        LATE = "late", _("Late")
        EARLY = "early", _("Left early")
        LEAVE = "leave", _("On leave")
        ABSENT = "absent", _("Absent")

    session = models.ForeignKey(
        Session, models.PROTECT, related_name="marks", verbose_name=_("session")
    )
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="marks", verbose_name=_("enrolment")
    )
    mark = models.CharField(_("mark"), max_length=8, choices=Mark)
    marked_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("marked by")
    )
    marked_at = models.DateTimeField(_("marked at"), default=timezone.now)

    class Meta:
        verbose_name = _("attendance mark")
        verbose_name_plural = _("attendance marks")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "enrolment"], name="attendance_once_a_session"
            )
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.enrolment.person}: {self.mark}"

    @property
    def attended(self) -> bool:
        return self.mark in ATTENDED
