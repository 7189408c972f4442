"""Imports: a file on its way in, its rows while they wait, and what persons decided about them."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models.place import Place
from core import crypto
from core.models import Job, StoredFile
from core.registries import import_kinds
from core.scope import nothing, scope_of

# So long the file, its rows and the way back are kept (decision 27).
KEPT = datetime.timedelta(days=30)


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, viewer: Any) -> ImportRunQuerySet:
        """Imports of places where the viewer may import lists of that kind today."""
        scope = scope_of(viewer)
        condition = nothing()
        for kind in import_kinds:
            condition |= Q(kind=kind.key) & scope.under("within__path", *kind.roles)
        return self.filter(condition)

    def undoable(self) -> ImportRunQuerySet:
        since = timezone.now() - KEPT
        return self.filter(state=ImportRun.State.APPLIED, applied_at__gte=since)


class ImportRun(models.Model):
    """One file, from its upload to its undoing. The way is kept in `state`, the work in `job`."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Being read")
        READ = "read", _("Columns to confirm")
        MAPPED = "mapped", _("Being checked")
        PLANNED = "planned", _("To be decided")
        APPLYING = "applying", _("Being written")
        APPLIED = "applied", _("Written")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        REFUSED = "refused", _("Refused")
        DROPPED = "dropped", _("Dropped")

    public_id = models.UUIDField(_("public key"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    within = models.ForeignKey(
        Place, models.PROTECT, related_name="imports", verbose_name=_("place")
    )
    file = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, related_name="+", verbose_name=_("file")
    )
    name = models.CharField(_("file name"), max_length=200)
    on = models.DateField(_("as of"), null=True, blank=True)
    complete = models.BooleanField(_("complete list"), default=False)
    ends_on = models.DateField(_("last day of those who left"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    # Sheet name -> field -> title or letter of its column.
    columns = models.JSONField(_("columns"), default=dict)
    remembered = models.BooleanField(_("columns as last time"), default=False)
    notes = models.JSONField(_("notes"), default=list)
    counts = models.JSONField(_("counts"), default=dict)
    message = models.TextField(_("message"), blank=True)
    # What the pages of the columns show: titles and samples of every sheet, encrypted.
    sealed = models.TextField(_("reading, encrypted"), blank=True)
    job = models.ForeignKey(
        Job, models.SET_NULL, null=True, related_name="+", verbose_name=_("job")
    )
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor_label = models.CharField(_("who"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("handed in at"), default=timezone.now)
    applied_at = models.DateTimeField(_("applied at"), null=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                name="import_run_complete_on_a_day", condition=Q(complete=False) | ~Q(on=None)
            ),
            models.CheckConstraint(
                name="import_run_applied_at",
                condition=Q(state__in=("applied", "undoing", "undone"), applied_at__isnull=False)
                | (~Q(state__in=("applied", "undoing", "undone")) & Q(applied_at=None)),
            ),
            models.CheckConstraint(
                name="import_run_undone_at",
                condition=Q(state="undone", undone_at__isnull=False)
                | (~Q(state="undone") & Q(undone_at=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["within", "-created_at"], name="import_run_by_place"),
            models.Index(fields=["created_at"], name="import_run_by_age"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rule(self) -> Any:
        """The registered kind; raises KeyError for one that is gone."""
        return import_kinds.get(self.kind)

    @property
    def label(self) -> str:
        return str(self.rule.label) if self.kind in import_kinds else self.kind

    @property
    def sign(self) -> str:
        """The state of the house whose tone and icon this one has."""
        states = ImportRun.State
        if self.working:
            return "queued"
        return {
            states.READ: "late",
            states.PLANNED: "late",
            states.APPLIED: "done",
            states.REFUSED: "failed",
        }.get(states(self.state), "cancelled")

    @property
    def until(self) -> datetime.datetime | None:
        """Until when it can be undone."""
        return self.applied_at + KEPT if self.applied_at else None

    @property
    def working(self) -> bool:
        """Whether a worker has something to do before a person can go on."""
        states = ImportRun.State
        return self.state in (states.UPLOADED, states.MAPPED, states.APPLYING, states.UNDOING)


class StagedRow(models.Model):
    """A row of the file while its import can still be decided, applied or undone.

    What was read and written is personal: it stands in `sealed` and `wrote`, encrypted, and goes
    with the row when the import's time is over.
    """

    class Undo(models.TextChoices):
        DONE = "done", _("Undone")
        KEPT = "kept", _("Kept")

    run = models.ForeignKey(
        ImportRun, models.CASCADE, related_name="rows", verbose_name=_("import")
    )
    position = models.IntegerField(_("position"))
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    number = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(_("outcome"), max_length=10)
    change = models.CharField(_("change"), max_length=10, blank=True)
    group = models.CharField(_("list"), max_length=10, blank=True)
    applied = models.BooleanField(_("dealt with"), default=False)
    sealed = models.TextField(_("content, encrypted"))
    wrote = models.TextField(_("what it wrote, encrypted"), blank=True)
    undo = models.CharField(_("undone"), max_length=4, choices=Undo, blank=True)
    undo_message = models.CharField(_("why it is kept"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="staged_row_once"),
        ]
        indexes = [
            models.Index(fields=["run", "outcome", "position"], name="staged_row_by_outcome"),
            models.Index(fields=["run", "group", "position"], name="staged_row_by_group"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}".strip()

    @property
    def content(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(crypto.decrypt(self.sealed))
        return data


class ImportDecision(models.Model):
    """What a person answered about a row, for this import and every later one.

    The row is found by a digest of what it says; no name and no number is kept here.
    """

    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("digest of the row"), max_length=64)
    question = models.CharField(_("question"), max_length=200)
    answer = models.CharField(_("answer"), max_length=60)
    run = models.ForeignKey(
        ImportRun, models.SET_NULL, null=True, related_name="+", verbose_name=_("import")
    )
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor_label = models.CharField(_("who"), max_length=120, blank=True)
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        verbose_name = _("decision about a row")
        verbose_name_plural = _("decisions about rows")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "question"], name="import_decision_one_answer"
            ),
            models.CheckConstraint(
                condition=~Q(answer="") & ~Q(key=""), name="import_decision_said"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.question}: {self.answer}"


class ImportColumns(models.Model):
    """Which column is which field in sheets with these titles, as somebody said last."""

    kind = models.CharField(_("kind"), max_length=40)
    within = models.ForeignKey(Place, models.CASCADE, related_name="+", verbose_name=_("place"))
    signature = models.CharField(_("digest of the titles"), max_length=64)
    columns = models.JSONField(_("columns"), default=dict)
    actor_label = models.CharField(_("who"), max_length=120, blank=True)
    said_at = models.DateTimeField(_("said at"), default=timezone.now)

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "within", "signature"], name="import_columns_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.within}"
