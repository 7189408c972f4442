"""Tutoring: appointments of tutors, batches, pairings."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from committees.models import Person, Place
from core.scope import Role, scope_of
from core.words import in_language

OPEN_STATES = ("draft", "proposed", "accepted", "active", "paused", "extended", "assessing")
# Tutor and pupil are at work: what dashboards and coverage count.
UNDERWAY_STATES = ("active", "extended", "assessing")


class TutorAppointmentQuerySet(models.QuerySet["TutorAppointment"]):
    def open_on(self, day: datetime.date) -> TutorAppointmentQuerySet:
        """Appointments as tutor that hold on `day`; an unknown start has begun."""
        return self.filter(
            Q(from_on=None) | Q(from_on__lte=day),
            Q(to_on=None) | Q(to_on__gte=day),
            kind=TutorAppointment.Kind.TUTOR,
        )

    def visible_to(self, viewer: Any) -> TutorAppointmentQuerySet:
        """The bank of the districts I am part of, and my own appointments."""
        scope = scope_of(viewer)
        condition = Q(district__in=scope.line_ids())
        if scope.everywhere(Role.AUDITOR):
            return self.all()
        if scope.person_id:
            condition |= Q(person_id=scope.person_id)
        return self.filter(condition)


class TutorAppointment(models.Model):
    """A person's dated place in the tutor and lecturer bank."""

    class Kind(models.TextChoices):
        TUTOR = "tutor", _("Tutor")
        BACKBONE = "backbone", _("Backbone teacher")
        EXPERT = "expert", _("Expert think tank")
        GROUP = "group", _("Teaching group")
        OBSERVER = "observer", _("Observer")

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="tutor_appointments", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TUTOR)
    district = models.ForeignKey(
        Place, models.PROTECT, related_name="+", verbose_name=_("appointed by")
    )
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = TutorAppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("tutor appointment")
        verbose_name_plural = _("tutor appointments")
        constraints = [
            models.CheckConstraint(
                name="tutor_appointment_ends_after_start",
                condition=Q(to_on=None) | Q(from_on=None) | Q(to_on__gte=F("from_on")),
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "district"],
                condition=Q(to_on=None),
                name="tutor_appointment_once_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_kind_display()}"


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, viewer: Any) -> BatchQuerySet:
        """Batches of districts in my scope, and those I am paired in."""
        scope = scope_of(viewer)
        mine = Pairing.objects.filter(
            Q(tutor_id=scope.person_id) | Q(pupil_id=scope.person_id)
        ).values("batch")
        wide = scope.under("district__path", Role.DISTRICT, Role.BASE_ADMIN, Role.AUDITOR)
        # An organiser sees the batches of the district above the sub-district.
        above = scope.line_ids(Role.ORGANISER)
        return self.filter(wide | Q(district__in=above) | Q(pk__in=mine))


class Batch(models.Model):
    """A round of tutoring in a district. `historical`: as reported, not run here."""

    public_id = models.UUIDField(_("public key"), default=uuid.uuid4, unique=True, editable=False)
    district = models.ForeignKey(
        Place, models.PROTECT, related_name="batches", verbose_name=_("district")
    )
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    launched_on = models.DateField(_("launched on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    historical = models.BooleanField(_("as reported"), default=False)
    reported_tutors = models.PositiveSmallIntegerField(_("tutors reported"), null=True, blank=True)
    reported_pupils = models.PositiveSmallIntegerField(_("pupils reported"), null=True, blank=True)
    reported_pairs = models.PositiveSmallIntegerField(_("pairs reported"), null=True, blank=True)
    about_zh = models.TextField(_("about in Chinese"), blank=True)
    about_en = models.TextField(_("about in English"), blank=True)
    source_zh = models.CharField(_("source in Chinese"), max_length=200, blank=True)
    source_en = models.CharField(_("source in English"), max_length=200, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        constraints = [
            models.CheckConstraint(
                name="batch_ends_after_launch",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("launched_on")),
            )
        ]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def name(self) -> str:
        """The name in the reader's language where both are known."""
        return in_language(self.name_zh, self.name_en)

    @property
    def about(self) -> str:
        return in_language(self.about_zh, self.about_en)

    @property
    def source(self) -> str:
        """Where the figures of a reported batch come from."""
        return in_language(self.source_zh, self.source_en)


class BatchMention(models.Model):
    """Somebody whom a report names within a batch without naming the other half of the pair."""

    class Side(models.TextChoices):
        TUTOR = "tutor", _("Tutor")
        PUPIL = "pupil", _("Pupil")

    batch = models.ForeignKey(
        Batch, models.CASCADE, related_name="mentions", verbose_name=_("batch")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    unit = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("unit"))
    side = models.CharField(_("side"), max_length=6, choices=Side)

    class Meta:
        verbose_name = _("person named by a report")
        verbose_name_plural = _("people named by a report")
        constraints = [
            models.UniqueConstraint(fields=["batch", "person"], name="batch_mention_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_side_display()}"


class PairingQuerySet(models.QuerySet["Pairing"]):
    def visible_to(self, viewer: Any) -> PairingQuerySet:
        """My own pairings as tutor or pupil, those of units in my scope, and open ones of people
        who serve in my scope today."""
        scope = scope_of(viewer)
        condition = scope.under(
            "pupil_unit__path", Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN, Role.AUDITOR
        ) | scope.under("tutor_unit__path", Role.DISTRICT, Role.ORGANISER)
        # Who came from elsewhere brings the open pair along; ended ones stay with their units.
        condition |= Q(state__in=OPEN_STATES) & (
            scope.under("pupil__unit__path", Role.DISTRICT, Role.ORGANISER)
            | scope.under("tutor__unit__path", Role.DISTRICT, Role.ORGANISER)
        )
        if scope.person_id:
            condition |= Q(tutor_id=scope.person_id) | Q(pupil_id=scope.person_id)
        return self.filter(condition)

    def open(self) -> PairingQuerySet:
        """Pairings that have not ended."""
        return self.filter(state__in=OPEN_STATES)

    def unsettled(self) -> PairingQuerySet:
        """Open pairings of which one side has left the unit, and nobody has said what follows."""
        return self.open().filter(unsettled_since__isnull=False)

    def underway(self) -> PairingQuerySet:
        """Pairings at work: signed, neither paused nor ended."""
        return self.filter(state__in=UNDERWAY_STATES)


class Pairing(models.Model):
    """A tutor and a pupil for a time, with the units both had on the first day."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Waiting for agreement")
        ACCEPTED = "accepted", _("Agreed")
        ACTIVE = "active", _("Under way")
        PAUSED = "paused", _("Paused")
        EXTENDED = "extended", _("Extended")
        ASSESSING = "assessing", _("Under review")
        GRADUATED = "graduated", _("Graduated")
        TERMINATED = "terminated", _("Ended early")
        # Known from a document only; what became of it is not recorded here.
        REPORTED = "reported", _("As reported")

    public_id = models.UUIDField(_("public key"), default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="pairings", verbose_name=_("batch")
    )
    tutor = models.ForeignKey(
        Person, models.PROTECT, related_name="pairings_as_tutor", verbose_name=_("tutor")
    )
    pupil = models.ForeignKey(
        Person, models.PROTECT, related_name="pairings_as_pupil", verbose_name=_("pupil")
    )
    tutor_unit = models.ForeignKey(
        Place, models.PROTECT, related_name="+", verbose_name=_("tutor's unit")
    )
    pupil_unit = models.ForeignKey(
        Place, models.PROTECT, related_name="+", verbose_name=_("pupil's unit")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"), null=True, blank=True)
    tutor_accepted_at = models.DateTimeField(_("tutor agreed at"), null=True, blank=True)
    pupil_accepted_at = models.DateTimeField(_("pupil agreed at"), null=True, blank=True)
    # The day the tutor's or the pupil's post ended; emptied when the organiser has decided.
    unsettled_since = models.DateField(_("to be settled since"), null=True, blank=True)
    focus_zh = models.CharField(_("focus"), max_length=120, blank=True)
    focus_en = models.CharField(_("focus in English"), max_length=160, blank=True)
    # Values of the rules it runs by, kept when it was signed: committees.policies.snapshot.
    rules = models.JSONField(_("rules of this pairing"), default=dict, blank=True)

    objects = PairingQuerySet.as_manager()

    class Meta:
        verbose_name = _("pairing")
        verbose_name_plural = _("pairings")
        constraints = [
            models.CheckConstraint(condition=~Q(tutor=F("pupil")), name="pairing_two_people"),
            models.CheckConstraint(
                name="pairing_ends_after_start",
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
            ),
            models.UniqueConstraint(
                fields=["batch", "tutor", "pupil"],
                condition=~Q(state="terminated"),
                name="pairing_once_in_a_batch",
            ),
            models.UniqueConstraint(
                fields=["pupil"],
                condition=Q(state__in=OPEN_STATES),
                name="pairing_one_open_tutor",
            ),
            models.CheckConstraint(
                name="pairing_both_agreed",
                condition=Q(state__in=["draft", "proposed", "terminated", "reported"])
                | Q(tutor_accepted_at__isnull=False, pupil_accepted_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["tutor", "state"], name="pairing_by_tutor"),
            models.Index(fields=["pupil", "state"], name="pairing_by_pupil"),
        ]

    def __str__(self) -> str:
        return f"{self.tutor} – {self.pupil}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def focus(self) -> str:
        return in_language(self.focus_zh, self.focus_en)
