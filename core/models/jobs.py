"""Long work as a row: who asked for it, how far it is, where it goes on after a kill."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models.files import StoredFile
from core.registries import job_kinds
from core.scope import scope_of


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, viewer: Any) -> JobQuerySet:
        """A person's own jobs."""
        scope = scope_of(viewer)
        return self.filter(actor_id=scope.user_id) if scope.user_id is not None else self.none()

    def unfinished(self) -> JobQuerySet:
        return self.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))


class Job(models.Model):
    """One piece of work of a registered kind. `cursor` says where the next chunk begins; it is
    written in the transaction of the chunk, so nothing is done twice and nothing left out."""

    class State(models.TextChoices):
        WAITING = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(_("public key"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("about"), max_length=200, blank=True)
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor_label = models.CharField(_("asked for by"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    facts = models.JSONField(_("facts"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    cursor = models.JSONField(_("cursor"), default=dict)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), null=True)
    message = models.TextField(_("message"), blank=True)
    result = models.JSONField(_("result"), default=dict)
    file = models.ForeignKey(
        StoredFile,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )
    # Who works on it now, and until when the others leave it alone.
    claim = models.CharField(_("claim"), max_length=36, blank=True)
    claimed_until = models.DateTimeField(_("claimed until"), null=True)
    # Claims since the last chunk that went through: a chunk that kills its worker is given up.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    started_at = models.DateTimeField(_("begun at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                condition=Q(total=None) | Q(done__lte=F("total")), name="job_done_within_total"
            ),
            models.CheckConstraint(
                name="job_ended_when_over",
                condition=Q(state__in=("queued", "running"), ended_at=None)
                | Q(state__in=("done", "failed", "cancelled"), ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["actor_id", "-created_at"], name="job_by_actor"),
            models.Index(
                fields=["claimed_until"],
                condition=Q(state__in=("queued", "running")),
                name="job_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} · {self.subject}" if self.subject else self.label

    @property
    def label(self) -> str:
        """What kind of work this is, in the reader's language."""
        return str(job_kinds.get(self.kind).label) if self.kind in job_kinds else self.kind

    @property
    def over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)

    @property
    def stopped(self) -> bool:
        """Ended before its work was done."""
        return self.state in (self.State.FAILED, self.State.CANCELLED)

    @property
    def percent(self) -> int | None:
        """Whole percent done; None while nobody knows how much there is."""
        if self.state == self.State.DONE:
            return 100
        return self.done * 100 // self.total if self.total else None

    @property
    def result_url(self) -> str:
        """Where the outcome is shown; "" when the kind has no page for it."""
        kind = job_kinds.get(self.kind) if self.kind in job_kinds else None
        return kind.url(self) if kind and kind.url else ""
