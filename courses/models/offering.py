"""Classes: dated runs of courses."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db import models
from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Person, TrainingBase
from core.scope import Role, nothing, scope_of
from core.words import in_language
from courses.models.course import Course


class OfferingQuerySet(models.QuerySet["Offering"]):
    def visible_to(self, viewer: Any) -> OfferingQuerySet:
        """Classes of the bases I run or that I head, in any state; past the draft those of bases
        that serve my district; and those I am enrolled in."""
        from courses.models.enrolment import Enrolment

        scope = scope_of(viewer)
        if scope.everywhere(Role.AUDITOR):
            return self.all()
        serves = TrainingBase.districts.through.objects.filter(place_id__in=scope.line_ids())
        mine = Enrolment.objects.filter(person_id=scope.person_id or 0).values("offering")
        announced = ~Q(state__in=(Offering.State.DRAFT,))
        return self.filter(
            Q(base__in=scope.base_ids(Role.BASE_ADMIN))
            | (announced & Q(base__in=serves.values("trainingbase_id")))
            | (Q(pk__in=mine) | Q(class_head=scope.person_id) if scope.person_id else nothing())
        )

    def with_seats(self) -> OfferingQuerySet:
        """Adds `seats`, `taken` and `seats_left` of the root pool."""
        root = FilteredRelation("pools", condition=Q(pools__unit=None))
        return self.annotate(root=root).annotate(
            seats=F("root__seats"),
            taken=F("root__taken"),
            seats_left=F("root__seats") - F("root__taken"),
        )

    def with_standing_of(self, person_id: int | None) -> OfferingQuerySet:
        """Adds `my_state`: the state of this person's enrolment that is not given up, or None."""
        from courses.models.enrolment import Enrolment

        mine = Enrolment.objects.holding().filter(offering=OuterRef("pk"), person_id=person_id or 0)
        return self.annotate(my_state=Subquery(mine.values("state")[:1]))


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
    # Values of the rules it is judged by, kept when it opened: committees.policies.snapshot.
    rules = models.JSONField(_("rules of this class"), default=dict, blank=True)
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

    @property
    def title(self) -> str:
        """In the reader's language where both are known."""
        return in_language(self.title_zh, self.title_en)

    @property
    def venue(self) -> str:
        return in_language(self.venue_zh, self.venue_en)

    @property
    def about(self) -> str:
        return in_language(self.about_zh, self.about_en)

    @property
    def enrolment_ends_at(self) -> datetime.datetime:
        """The stated time, and the first moment of the first day at the latest."""
        midnight = datetime.datetime.combine(
            self.begins_on, datetime.time(), timezone.get_current_timezone()
        )
        return min(self.enrol_until, midnight) if self.enrol_until else midnight

    def takes_enrolments(self, at: datetime.datetime) -> bool:
        return self.state == self.State.OPEN and at < self.enrolment_ends_at
