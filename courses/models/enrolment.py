"""Seats and who holds them."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committees.models import Person, Place
from core.scope import Role, scope_of
from courses.models.offering import Offering

# States that hold a seat (a finished class keeps its figures), and states that gave it up.
ACTIVE = ("confirmed", "attending")
SEATED = (*ACTIVE, "completed", "not_completed")
ENDED = ("declined", "cancelled", "replaced", "withdrawn")


class SeatPool(models.Model):
    """Seats of a class. `taken` moves by conditional UPDATE only, so a seat is sold once.

    `taken` counts the enrolments in SEATED of this pool and of all pools below it."""

    offering = models.ForeignKey(
        Offering, models.CASCADE, related_name="pools", verbose_name=_("class")
    )
    # Empty: the root pool that direct enrolment uses; the quota ladder hangs pools below it.
    unit = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("larger pool"),
    )
    seats = models.PositiveIntegerField(_("seats"))
    taken = models.PositiveIntegerField(_("taken"), default=0)

    class Meta:
        verbose_name = _("seat pool")
        verbose_name_plural = _("seat pools")
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__lte=F("seats")), name="seat_pool_not_oversold"
            ),
            models.UniqueConstraint(
                fields=["offering"], condition=Q(unit=None), name="seat_pool_one_root"
            ),
            models.UniqueConstraint(
                fields=["offering", "unit"],
                condition=Q(unit__isnull=False),
                name="seat_pool_one_for_a_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offering}: {self.taken}/{self.seats}"

    @property
    def left(self) -> int:
        return self.seats - self.taken


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, viewer: Any) -> EnrolmentQuerySet:
        """My own, those of units in my scope on their day, and those of classes I run."""
        scope = scope_of(viewer)
        condition = scope.under("unit__path", Role.DISTRICT, Role.ORGANISER, Role.AUDITOR) | Q(
            offering__base__in=scope.base_ids(Role.BASE_ADMIN)
        )
        if scope.person_id:
            condition |= Q(person_id=scope.person_id)
        return self.filter(condition)

    def holding(self) -> EnrolmentQuerySet:
        """Enrolments that have not been given up."""
        return self.exclude(state__in=ENDED)

    def active(self) -> EnrolmentQuerySet:
        """People who are expected at the next session."""
        return self.filter(state__in=ACTIVE)


class Enrolment(models.Model):
    """A person in a class, with the unit of the day it was made."""

    class State(models.TextChoices):
        NOMINATED = "nominated", _("Nominated")
        APPLIED = "applied", _("Applied")
        WAITLISTED = "waitlisted", _("On the waiting list")
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Not admitted")
        CANCELLED = "cancelled", _("Cancelled")
        REPLACED = "replaced", _("Replaced")
        ATTENDING = "attending", _("Attending")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        COMPLETED = "completed", _("Completed")
        NOT_COMPLETED = "not_completed", _("Not completed")

    class Channel(models.TextChoices):
        ASSIGNED = "assigned", _("Organised assignment")
        NAMED = "named", _("Called by name")
        SELF = "self", _("Self-selected")

    public_id = models.UUIDField(_("public key"), default=uuid.uuid4, unique=True, editable=False)
    offering = models.ForeignKey(
        Offering, models.PROTECT, related_name="enrolments", verbose_name=_("class")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="enrolments", verbose_name=_("person")
    )
    unit = models.ForeignKey(
        Place, models.PROTECT, related_name="+", verbose_name=_("unit on that day")
    )
    pool = models.ForeignKey(
        SeatPool,
        models.PROTECT,
        null=True,
        related_name="enrolments",
        verbose_name=_("seat pool"),
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.SELF)
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.CONFIRMED)
    enrolled_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("enrolled by")
    )
    created_at = models.DateTimeField(_("enrolled at"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["offering", "person"],
                condition=~Q(state__in=ENDED),
                name="enrolment_once_open",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SEATED) | Q(pool__isnull=False),
                name="enrolment_seated_in_a_pool",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="enrolment_by_person"),
            models.Index(fields=["offering", "state"], name="enrolment_by_offering"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.offering}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_seated(self) -> bool:
        return self.state in SEATED
