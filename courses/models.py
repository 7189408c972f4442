"""Courses, their dated runs (offerings), sessions, seats, enrolments, attendance."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committees.models import Person, Place, TrainingBase
from core.scope import Role, scope_of
from records.models import HourCategory


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, viewer: Any) -> CourseQuerySet:
        """Everything published; drafts of the bases I run."""
        scope = scope_of(viewer)
        if not scope.roles:
            return self.none()
        return self.filter(Q(published=True) | Q(base__in=scope.base_ids(Role.BASE_ADMIN)))


class Course(models.Model):
    """Reusable content: what is taught, in how many class hours."""

    base = models.ForeignKey(
        TrainingBase, models.PROTECT, related_name="courses", verbose_name=_("training base")
    )
    title_zh = models.CharField(_("Chinese title"), max_length=160)
    title_en = models.CharField(_("English title"), max_length=240, blank=True)
    about_zh = models.TextField(_("about in Chinese"), blank=True)
    about_en = models.TextField(_("about in English"), blank=True)
    quarters = models.PositiveSmallIntegerField(_("quarters of an hour"), default=16)
    special = models.BooleanField(_("special course"), default=False)
    published = models.BooleanField(_("published"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            models.UniqueConstraint(fields=["base", "title_zh"], name="course_title_once"),
            models.CheckConstraint(
                condition=Q(quarters__range=(1, 400)), name="course_quarters_plausible"
            ),
        ]

    def __str__(self) -> str:
        return self.title_zh


class OfferingQuerySet(models.QuerySet["Offering"]):
    def visible_to(self, viewer: Any) -> OfferingQuerySet:
        """Classes of the bases I run, in any state; past the draft those of bases that serve my
        district; and those I am enrolled in."""
        scope = scope_of(viewer)
        if scope.has(Role.AUDITOR):
            return self.all()
        ids = {int(part) for path in scope.paths() for part in path.strip("/").split("/")}
        serves = TrainingBase.districts.through.objects.filter(place_id__in=ids)
        mine = Enrolment.objects.filter(person_id=scope.person_id).values("offering")
        announced = ~Q(state__in=(Offering.State.DRAFT,))
        return self.filter(
            Q(base__in=scope.base_ids(Role.BASE_ADMIN))
            | (announced & Q(base__in=serves.values("trainingbase_id")))
            | (Q(pk__in=mine) if scope.person_id else Q(pk__in=()))
        )


class Offering(models.Model):
    """A class: a dated run of one or several courses, with seats."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open for enrolment")
        CLOSED = "enrol_closed", _("Enrolment closed")
        RUNNING = "running", _("Running")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")

    class Kind(models.TextChoices):
        ROTATION = "rotation", _("Rotation training")
        INDUCTION = "induction", _("Induction training")
        TOPIC = "topic", _("Topic training")
        EXERCISE = "exercise", _("Immersive exercise")
        FIELD = "field", _("On-site teaching")
        SALON = "salon", _("Salon")
        ONLINE = "online", _("Online training")

    public_id = models.UUIDField(_("public key"), default=uuid.uuid4, unique=True, editable=False)
    base = models.ForeignKey(
        TrainingBase, models.PROTECT, related_name="offerings", verbose_name=_("training base")
    )
    title_zh = models.CharField(_("Chinese title"), max_length=160)
    title_en = models.CharField(_("English title"), max_length=240, blank=True)
    about_zh = models.TextField(_("about in Chinese"), blank=True)
    about_en = models.TextField(_("about in English"), blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.TOPIC)
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.DRAFT)
    courses = models.ManyToManyField(Course, related_name="offerings", verbose_name=_("courses"))
    begins_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"))
    enrol_until = models.DateTimeField(_("enrol until"), null=True, blank=True)
    venue_zh = models.CharField(_("venue"), max_length=120, blank=True)
    venue_en = models.CharField(_("venue in English"), max_length=160, blank=True)
    class_head = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("class head"),
    )
    # Stands as history: known from a document, not run in this portal.
    historical = models.BooleanField(_("as reported"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    objects = OfferingQuerySet.as_manager()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on")), name="offering_ends_after_start"
            )
        ]
        indexes = [
            models.Index(fields=["state", "begins_on"], name="offering_by_state_start"),
            models.Index(fields=["base", "begins_on"], name="offering_by_base_start"),
        ]

    def __str__(self) -> str:
        return self.title_zh


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


class SeatPool(models.Model):
    """Seats of a class. `taken` moves by conditional UPDATE only, so a seat is sold once."""

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


# States that hold a seat, and states that end an enrolment.
SEATED = ("confirmed", "attending")
ENDED = ("declined", "cancelled", "replaced", "withdrawn")


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
