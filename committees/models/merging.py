"""Two records of one person: what was merged, how to take it back, and what is no duplicate."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models.people import Person

# A merge can be undone for so long; then its journal is emptied.
UNDO_DAYS = 30


class PersonMergeQuerySet(models.QuerySet["PersonMerge"]):
    def visible_to(self, viewer: Any) -> PersonMergeQuerySet:
        """Merges of people whose records the viewer keeps."""
        return self.filter(kept__in=Person.objects.in_charge_of(viewer))

    def standing(self) -> PersonMergeQuerySet:
        """Merges that have not been undone."""
        return self.filter(undone_at=None)

    def expired(self, at: datetime.datetime) -> PersonMergeQuerySet:
        """Merges whose time to undo is over and whose journal has not been emptied yet."""
        return self.filter(undo_until__lt=at, emptied_at=None)


class PersonMerge(models.Model):
    """One merge: `gone` became an empty record that points at `kept`."""

    public_id = models.UUIDField(_("public key"), default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("record that stays")
    )
    gone = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("record that was merged")
    )
    done_at = models.DateTimeField(_("merged at"), default=timezone.now)
    done_by_id = models.BigIntegerField(_("account"), null=True)
    done_by = models.CharField(_("merged by"), max_length=120)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    undo_until = models.DateTimeField(_("can be undone until"))
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.CharField(_("undone by"), max_length=120, blank=True)
    emptied_at = models.DateTimeField(_("journal emptied at"), null=True, blank=True)
    # {model label: rows that changed hands}, for the history; no personal data.
    moved = models.JSONField(_("rows that changed hands"), default=dict)

    objects = PersonMergeQuerySet.as_manager()
    # A merge does not move these pointers: they are its own history.
    stays_in_merge: ClassVar[tuple[str, ...]] = ("kept", "gone")

    class Meta:
        verbose_name = _("merge of two records")
        verbose_name_plural = _("merges of records")
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="merge_two_records"),
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at=None), name="merge_once_standing"
            ),
        ]
        indexes = [
            models.Index(fields=["-done_at"], name="merge_by_time"),
            models.Index(fields=["undo_until"], name="merge_by_end", condition=Q(emptied_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.gone} → {self.kept}"

    @property
    def can_be_undone(self) -> bool:
        """Not undone yet, and within the time; rows may still stand in the way."""
        return self.undone_at is None and timezone.now() <= self.undo_until


class MergeEntry(models.Model):
    """One written value of a merge, before and after; the way back."""

    class Kind(models.TextChoices):
        CHANGED = "changed", _("changed")
        COUNTED = "counted", _("counted")
        CREATED = "created", _("created")
        REMOVED = "removed", _("folded into another")
        BEHIND = "behind", _("left with the former record")

    merge = models.ForeignKey(
        PersonMerge, models.CASCADE, related_name="entries", verbose_name=_("merge")
    )
    number = models.PositiveIntegerField(_("number"))
    # Entries of one group go back together or not at all; 0 stands alone.
    group = models.PositiveIntegerField(_("group"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    model = models.CharField(_("model"), max_length=80)
    row = models.CharField(_("key"), max_length=64)
    field = models.CharField(_("field"), max_length=80, blank=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    # Changed by somebody since: the undo left it as it is.
    left = models.BooleanField(_("left as it is"), default=False)

    class Meta:
        verbose_name = _("journal entry of a merge")
        verbose_name_plural = _("journal of a merge")
        constraints = [
            models.UniqueConstraint(fields=["merge", "number"], name="merge_entry_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.model}:{self.row}.{self.field}"


class TwoPeople(models.Model):
    """Somebody looked at two records and found two people. The pair is not shown again unless
    they come to share more than they did then."""

    first = models.ForeignKey(
        Person, models.CASCADE, related_name="+", verbose_name=_("first record")
    )
    second = models.ForeignKey(
        Person, models.CASCADE, related_name="+", verbose_name=_("second record")
    )
    # What both shared at that time: bits of committees.merging.duplicates.GROUNDS.
    grounds = models.PositiveIntegerField(_("shared at that time"))
    noted_at = models.DateTimeField(_("noted at"), default=timezone.now)
    noted_by_id = models.BigIntegerField(_("account"), null=True)
    noted_by = models.CharField(_("noted by"), max_length=120)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    # Carried over by committees.services.merging, not moved: two may become one.
    stays_in_merge: ClassVar[tuple[str, ...]] = ("first", "second")

    class Meta:
        verbose_name = _("note that two records are two people")
        verbose_name_plural = _("notes that two records are two people")
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="two_people_in_order"),
            models.UniqueConstraint(fields=["first", "second"], name="two_people_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
