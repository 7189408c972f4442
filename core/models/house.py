"""Tables of the house: the audit trail, heartbeats, summaries, demonstration rows.

They know people only as `actor_id` and `actor_label`, never by foreign key: nothing here points
upward, and a trail must outlive the account it speaks of.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.registries import audit_scopes
from core.scope import Role, nothing, scope_of


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, viewer: Any) -> AuditEventQuerySet:
        """Everything for auditors and administrators of the whole system; for others what higher
        apps know to be in their scope."""
        scope = scope_of(viewer)
        if scope.everywhere(Role.SYSTEM_ADMIN, Role.AUDITOR):
            return self.all()
        condition = nothing()
        for extra in audit_scopes:
            condition |= extra(scope)
        return self.filter(condition)


class AuditEvent(models.Model):
    """Who did what, for whom, to what, before and after, from where. Written unchained inside the
    business transaction; `AuditSeal` chains committed rows afterwards."""

    at = models.DateTimeField(_("time"), db_index=True)
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor_label = models.CharField(_("who"), max_length=120)
    on_behalf_id = models.BigIntegerField(_("person acted for"), null=True)
    on_behalf_label = models.CharField(_("for whom"), max_length=120, blank=True)
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("kind of object"), max_length=60)
    object_id = models.CharField(_("object"), max_length=64)
    object_label = models.CharField(_("object's name"), max_length=200, blank=True)
    unit_id = models.BigIntegerField(_("unit"), null=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    door = models.CharField(_("door"), max_length=20)
    address = models.GenericIPAddressField(_("address"), null=True)
    request_id = models.CharField(_("request"), max_length=36, blank=True)

    # core.appendonly installs triggers for these on both databases.
    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["actor_id", "at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_type}:{self.object_id}"


class AuditSeal(models.Model):
    """One link of the chain: number without gaps, HMAC over the event and the link before it."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    event_id = models.BigIntegerField(_("event"), unique=True)
    digest = models.CharField(_("digest"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed at"))

    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")

    def __str__(self) -> str:
        return f"{self.number}: {self.digest[:12]}"


class Heartbeat(models.Model):
    """Last sign of life of a part of the system ("beat", "worker")."""

    name = models.CharField(_("part"), max_length=30, primary_key=True)
    at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"


class SummaryDelta(models.Model):
    """A change of one figure, written by the service that caused it; the worker folds it away."""

    metric = models.CharField(_("metric"), max_length=60)
    place_id = models.BigIntegerField(_("place"))
    year = models.PositiveSmallIntegerField(_("year"))  # 0 for stocks
    amount = models.IntegerField(_("amount"))

    class Meta:
        verbose_name = _("summary change")
        verbose_name_plural = _("summary changes")

    def __str__(self) -> str:
        return f"{self.metric} {self.place_id} {self.year} {self.amount:+}"


class SummaryCell(models.Model):
    """A figure as the dashboards read it, per committee; `as_of` says when it was last folded."""

    metric = models.CharField(_("metric"), max_length=60)
    place_id = models.BigIntegerField(_("place"))
    year = models.PositiveSmallIntegerField(_("year"))
    value = models.IntegerField(_("value"), default=0)

    class Meta:
        verbose_name = _("summary figure")
        verbose_name_plural = _("summary figures")
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "year", "place_id"], name="summary_cell_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.place_id} {self.year} {self.value}"


class DemoRow(models.Model):
    """A row that the demonstration made, so that `demo --remove` leaves no trace."""

    model = models.CharField(_("model"), max_length=80)
    object_pk = models.CharField(_("key"), max_length=64)
    version = models.CharField(_("version"), max_length=20)

    class Meta:
        verbose_name = _("demonstration row")
        verbose_name_plural = _("demonstration rows")
        constraints = [
            models.UniqueConstraint(fields=["model", "object_pk"], name="demo_row_unique")
        ]

    def __str__(self) -> str:
        return f"{self.model}:{self.object_pk}"
