"""Class hours as a ledger: immutable entries in integer quarters of an hour."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import Person, Place
from core.scope import scope_of
from core.words import in_language


class HourAccount(models.Model):
    """Where a person's entries hang. A merge repoints the account, never an entry."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="hour_accounts", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("hour account")
        verbose_name_plural = _("hour accounts")

    def __str__(self) -> str:
        return str(self.person)


class HourCategory(models.TextChoices):
    CENTRALISED = "centralised", _("Centralised training")
    COLLECTIVE = "collective", _("Collective study")
    ONLINE = "online", _("Online study")
    EXERCISE = "exercise", _("Immersive exercise")
    FIELD = "field", _("On-site teaching")
    TUTORING = "tutoring", _("Tutoring")
    LECTURE = "lecture", _("Lecture given")
    OTHER = "other", _("Other")


class HourEntryQuerySet(models.QuerySet["HourEntry"]):
    def visible_to(self, viewer: Any) -> HourEntryQuerySet:
        """Entries of the people the viewer sees, and of units in the viewer's scope."""
        scope = scope_of(viewer)
        people = Person.objects.visible_to(viewer)
        return self.filter(
            Q(account__person__in=people) | scope.under("unit__path", "district", "organiser")
        )


class HourEntry(models.Model):
    """Hours of one person for one cause. Never changed: a mistake is reversed by a new entry."""

    account = models.ForeignKey(
        HourAccount, models.PROTECT, related_name="entries", verbose_name=_("hour account")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    session_on = models.DateField(_("day"))
    category = models.CharField(_("category"), max_length=12, choices=HourCategory)
    quarters = models.SmallIntegerField(_("quarters of an hour"))
    unit = models.ForeignKey(
        Place, models.PROTECT, null=True, related_name="+", verbose_name=_("unit on that day")
    )
    title_zh = models.CharField(_("cause"), max_length=160)
    title_en = models.CharField(_("cause in English"), max_length=200, blank=True)
    source = models.CharField(_("kind of cause"), max_length=30)
    # Idempotency: the same cause is posted once, whoever calls again.
    key = models.CharField(_("key"), max_length=120, unique=True)
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversal",
        verbose_name=_("reverses"),
    )
    posted_at = models.DateTimeField(_("posted at"), default=timezone.now)

    objects = HourEntryQuerySet.as_manager()
    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")

    class Meta:
        verbose_name = _("hour entry")
        verbose_name_plural = _("hour entries")
        constraints = [
            models.CheckConstraint(condition=~Q(quarters=0), name="hour_entry_not_zero"),
            models.CheckConstraint(
                condition=Q(quarters__gt=0) | Q(reverses__isnull=False),
                name="hour_entry_negative_only_to_reverse",
            ),
            models.CheckConstraint(
                condition=Q(session_on__year=F("year")), name="hour_entry_year_of_session"
            ),
        ]
        indexes = [models.Index(fields=["account", "year"], name="hour_entry_by_year")]

    def __str__(self) -> str:
        return f"{self.account} {self.session_on} {self.quarters / 4:g}"

    @property
    def title(self) -> str:
        """In the reader's language where both are known."""
        return in_language(self.title_zh, self.title_en)
