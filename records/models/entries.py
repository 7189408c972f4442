"""Class hours as a ledger: immutable entries in integer quarters of an hour.

What may be said of an entry later (verified, rejected, locked, taken back) stands in rows of their
own: `HourDecision`, `YearLock`, and the entry that reverses it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Person, Place
from committees.models.people import READERS
from core.guards import Guard
from core.scope import scope_of
from core.words import in_language
from records.models.accounts import HourAccount
from records.models.locking import ENTRY_MARK


class HourCategory(models.TextChoices):
    CENTRALISED = "centralised", _("Centralised training")
    COLLECTIVE = "collective", _("Collective study")
    ONLINE = "online", _("Online study")
    EXERCISE = "exercise", _("Immersive exercise")
    FIELD = "field", _("On-site teaching")
    TUTORING = "tutoring", _("Tutoring")
    LECTURE = "lecture", _("Lecture given")
    OTHER = "other", _("Other")


class HourState(models.TextChoices):
    """What an entry is now. Derived from the rows that speak of it, stored nowhere."""

    PENDING = "pending", _("Waiting to be verified")
    VERIFIED = "verified", _("Verified")
    REJECTED = "rejected", _("Returned")
    LOCKED = "locked", _("Locked with its year")
    REVERSED = "reversed", _("Taken back")


RETURNED = "rejected"  # HourDecision.Kind, which is declared after the entries


class HourEntryQuerySet(models.QuerySet["HourEntry"]):
    def visible_to(self, viewer: Any) -> HourEntryQuerySet:
        """My own and those of my pupils; entries of units in my scope on their day. What somebody
        earned in another unit before coming stays with that unit (ADR 0076)."""
        scope = scope_of(viewer)
        return self.filter(
            Q(account__person__in=Person.objects.close_to(viewer))
            | scope.under("unit__path", *READERS)
        )

    def pending(self) -> HourEntryQuerySet:
        """Entries that wait for a decision: none was taken and they were not taken back."""
        return self.filter(needs_decision=True, decision=None, reversal=None)


ENTRY_GUARDS = (
    Guard(
        "mirror",
        "INSERT",
        """(NEW.reverses_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM records_hourentry e WHERE e.id = NEW.reverses_id
            AND e.reverses_id IS NULL AND e.account_id = NEW.account_id
            AND e.session_on = NEW.session_on AND e.category = NEW.category
            AND e.quarters = -NEW.quarters
            AND e.session_ref IS NOT DISTINCT FROM NEW.session_ref))""",
        "records_hourentry: a reversal mirrors what it reverses",
    ),
    Guard(
        "returned",
        "INSERT",
        """EXISTS (SELECT 1 FROM records_hourdecision d
            WHERE d.entry_id = NEW.reverses_id AND d.kind = 'rejected')""",
        "records_hourentry: returned hours are not reversed",
    ),
    Guard(
        "session",
        "INSERT",
        """(NEW.session_ref IS NOT NULL AND NEW.quarters > 0
            AND NEW.session_quarters < NEW.quarters + COALESCE((
            SELECT SUM(e.quarters) FROM records_hourentry e
            LEFT JOIN records_hourdecision d ON d.entry_id = e.id
            WHERE e.account_id = NEW.account_id AND e.session_ref = NEW.session_ref
            AND COALESCE(d.kind, '') <> 'rejected'), 0))""",
        "records_hourentry: more than the session has",
        # Two posts at once for one session wait here, so that the second one sees the first.
        first="IF NEW.session_ref IS NOT NULL THEN PERFORM 1 FROM records_houraccount "
        "WHERE id = NEW.account_id FOR NO KEY UPDATE; END IF;",
    ),
)


class HourEntry(models.Model):
    """Hours of one person for one cause. Never changed: a mistake is reversed by a new entry."""

    class Measure(models.TextChoices):
        """In what the cause was measured before it was turned into quarters."""

        HOUR = "hour", _("class hours")
        DAY = "day", _("days")
        HALF_DAY = "half_day", _("half days")
        MINUTE = "minute", _("minutes")
        ONLINE_MINUTE = "online_minute", _("minutes online")
        TEST = "test", _("tests passed online")

    # hour_entry_by_account below begins with the account; one index less for every entry.
    account = models.ForeignKey(
        HourAccount,
        models.PROTECT,
        related_name="entries",
        db_index=False,
        verbose_name=_("hour account"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    session_on = models.DateField(_("day"))
    category = models.CharField(_("category"), max_length=12, choices=HourCategory)
    quarters = models.SmallIntegerField(_("quarters of an hour"))
    unit = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("unit on that day"),
    )
    title_zh = models.CharField(_("cause"), max_length=160)
    title_en = models.CharField(_("cause in English"), max_length=200, blank=True)
    # A name of core.registries.hour_sources; the reference says which one of that kind.
    source = models.CharField(_("kind of cause"), max_length=30)
    source_ref = models.CharField(_("cause referred to"), max_length=120, blank=True)
    # Idempotency: the same cause is posted once, whoever calls again.
    key = models.CharField(_("key"), max_length=120, unique=True)
    evidence = models.CharField(_("evidence"), max_length=200, blank=True)
    from_paper = models.BooleanField(_("from the paper register"), default=False)
    measure = models.CharField(_("measured in"), max_length=14, choices=Measure, blank=True)
    amount = models.PositiveIntegerField(_("amount measured"), null=True, blank=True)
    # The gathering attended: all entries of one person for it stay within its hours.
    session_ref = models.UUIDField(_("session"), null=True, blank=True)
    session_quarters = models.PositiveSmallIntegerField(
        _("quarters of the session"), null=True, blank=True
    )
    # The training these hours belong to, its kind (courses name them), and whether the person
    # completed it: centralised training and induction are read from here.
    training_ref = models.UUIDField(_("training"), null=True, blank=True)
    training_kind = models.CharField(_("kind of training"), max_length=12, blank=True)
    completes = models.BooleanField(_("training completed"), default=False)
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversal",
        verbose_name=_("reverses"),
    )
    reason = models.CharField(_("reason for taking back"), max_length=200, blank=True)
    # Facts of the moment of posting, which never change.
    needs_decision = models.BooleanField(_("posted to be verified"), default=False)
    after_lock = models.BooleanField(_("posted after the year was locked"), default=False)
    posted_at = models.DateTimeField(_("posted at"), default=timezone.now)
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor_label = models.CharField(_("who"), max_length=120, blank=True)

    objects = HourEntryQuerySet.as_manager()
    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")
    guards: ClassVar[tuple[Guard, ...]] = (*ENTRY_GUARDS, ENTRY_MARK)

    class Meta:
        verbose_name = _("hour entry")
        verbose_name_plural = _("hour entries")
        constraints = [
            models.CheckConstraint(condition=~Q(quarters=0), name="hour_entry_not_zero"),
            models.CheckConstraint(
                condition=Q(quarters__gt=0, reverses__isnull=True)
                | Q(quarters__lt=0, reverses__isnull=False),
                name="hour_entry_negative_only_to_reverse",
            ),
            models.CheckConstraint(
                condition=Q(session_on__year=F("year")), name="hour_entry_year_of_session"
            ),
            models.CheckConstraint(
                condition=Q(session_ref=None, session_quarters=None)
                | Q(
                    session_ref__isnull=False,
                    session_quarters__isnull=False,
                    session_quarters__gte=F("quarters"),
                ),
                name="hour_entry_within_its_session",
            ),
            models.CheckConstraint(
                condition=Q(measure="", amount=None) | (~Q(measure="") & Q(amount__isnull=False)),
                name="hour_entry_measured_in_something",
            ),
            models.CheckConstraint(
                condition=Q(reverses=None) | Q(needs_decision=False),
                name="hour_entry_reversal_is_not_verified",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "year", "session_on"], name="hour_entry_by_account"),
            models.Index(
                fields=["account", "session_ref"],
                condition=Q(session_ref__isnull=False),
                name="hour_entry_by_session",
            ),
            models.Index(
                fields=["year", "unit"],
                condition=Q(needs_decision=True),
                name="hour_entry_to_verify",
            ),
            models.Index(
                fields=["account", "session_on"],
                condition=Q(completes=True),
                name="hour_entry_completing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.session_on} {self.quarters / 4:g}"

    @property
    def title(self) -> str:
        """In the reader's language where both are known."""
        return in_language(self.title_zh, self.title_en)

    @property
    def state(self) -> HourState:
        """What the rows about it make of it, the lock of its year apart. Needs `decision` and
        `reversal` loaded."""
        if self.reverses_id is not None or getattr(self, "reversal", None) is not None:
            return HourState.REVERSED
        decision = getattr(self, "decision", None)
        if decision is None:
            return HourState.PENDING
        return HourState.REJECTED if decision.kind == RETURNED else HourState.VERIFIED
