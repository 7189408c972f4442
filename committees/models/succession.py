"""What a later register edition changed, and who takes the place of committees that are gone."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models.place import Place
from core.scope import Role, scope_of


class RegisterChange(models.Model):
    """One change that an edition brought to a place that was held before, or new beside it."""

    class Kind(models.TextChoices):
        CREATED = "created", _("New")
        RENAMED = "renamed", _("Renamed")
        RECODED = "recoded", _("New code")
        MOVED = "moved", _("Moved")
        CLOSED = "closed", _("No longer named")
        REOPENED = "reopened", _("Stands again")

    edition = models.PositiveSmallIntegerField(_("register edition"))
    place = models.ForeignKey(
        Place, models.CASCADE, related_name="register_changes", verbose_name=_("place")
    )
    kind = models.CharField(_("kind of change"), max_length=10, choices=Kind)
    before = models.CharField(_("before"), max_length=120, blank=True)
    after = models.CharField(_("after"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("change by a register")
        verbose_name_plural = _("changes by registers")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "place", "kind"], name="register_change_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.place} {self.kind}"


class ClosureQuerySet(models.QuerySet["Closure"]):
    def visible_to(self, viewer: Any) -> ClosureQuerySet:
        """Closures below the viewer's places; administrators of the system see all."""
        scope = scope_of(viewer)
        if scope.everywhere(Role.SYSTEM_ADMIN, Role.AUDITOR):
            return self.all()
        roles = (Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN, Role.AUDITOR)
        return self.filter(scope.under("place__path", *roles))

    def waiting(self) -> ClosureQuerySet:
        return self.filter(state=Closure.State.PROPOSED)


class Closure(models.Model):
    """A place that a register names no more. It is closed at once; what follows it is proposed
    and confirmed by a person, never guessed."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("To be confirmed")
        CONFIRMED = "confirmed", _("Successor confirmed")
        ENDED = "ended", _("Ended without successor")
        WITHDRAWN = "withdrawn", _("Stands again")

    class Finding(models.TextChoices):
        ONCE = "once", _("The name stands once elsewhere in the register")
        SEVERAL = "several", _("The name stands several times elsewhere in the register")
        NOWHERE = "nowhere", _("The name stands nowhere in the register")

    place = models.ForeignKey(
        Place, models.PROTECT, related_name="closures", verbose_name=_("place")
    )
    edition = models.PositiveSmallIntegerField(_("register edition"))
    closed_on = models.DateField(_("closed on"))
    finding = models.CharField(_("finding"), max_length=10, choices=Finding)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed place")
        verbose_name_plural = _("closed places")
        constraints = [
            models.UniqueConstraint(fields=["place", "edition"], name="closure_once_an_edition"),
            models.UniqueConstraint(
                fields=["place"], condition=Q(state="proposed"), name="closure_one_waiting"
            ),
            models.CheckConstraint(
                name="closure_decided_when_not_proposed",
                condition=Q(state="proposed", decided_at=None)
                | (~Q(state="proposed") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["state", "place"], name="closure_by_state")]

    def __str__(self) -> str:
        return f"{self.place} {self.closed_on}"


class Successor(models.Model):
    """A place that may have taken over from a closed one: why it is proposed, whether it did."""

    class Why(models.TextChoices):
        NAMESAKE = "namesake", _("Bears the same name")
        NEW = "new", _("New in the same sub-district in this edition")
        ALIKE = "alike", _("A similar name in the same sub-district")
        CHOSEN = "chosen", _("Chosen by hand")

    closure = models.ForeignKey(
        Closure, models.CASCADE, related_name="successors", verbose_name=_("closed place")
    )
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="succeeded", verbose_name=_("successor")
    )
    why = models.CharField(_("why"), max_length=10, choices=Why)
    confirmed = models.BooleanField(_("confirmed"), default=False)

    class Meta:
        verbose_name = _("successor")
        verbose_name_plural = _("successors")
        constraints = [models.UniqueConstraint(fields=["closure", "place"], name="successor_once")]

    def __str__(self) -> str:
        return f"{self.closure} → {self.place}"
