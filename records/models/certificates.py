"""Completion certificates: numbered without gaps, frozen at issue, revoked by a row of its own."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committees.models import Place, TrainingBase
from core.models import StoredFile
from core.registries import certificate_groups
from core.scope import Role, Scope, scope_of
from core.words import in_language
from records.models.accounts import HourAccount


class CertificateSeries(models.Model):
    """The counter of one base and year. Its row is locked while numbers are given, so a number that
    was given is a certificate that stands."""

    base = models.ForeignKey(
        TrainingBase, models.PROTECT, related_name="+", verbose_name=_("training base")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("certificate series")
        verbose_name_plural = _("certificate series")
        constraints = [
            models.UniqueConstraint(fields=["base", "year"], name="certificate_series_once")
        ]

    def __str__(self) -> str:
        return f"{self.base.code}-{self.year}"


def certificates_in(scope: Scope) -> Q:
    """The certificates that a scope may read, as a filter."""
    condition = (
        scope.under("unit__path", Role.DISTRICT, Role.ORGANISER, Role.AUDITOR)
        | scope.under("series__base__host__path", Role.DISTRICT)
        | Q(series__base__in=scope.base_ids(Role.BASE_ADMIN))
    )
    if not scope.person_id:
        return condition
    for source, groups in certificate_groups.items():
        if keys := groups(scope):
            condition |= Q(source=source, group__in=keys)
    return condition | Q(account__person=scope.person_id)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, viewer: Any) -> CertificateQuerySet:
        """My own, those of classes I head, of bases I administer or oversee, and those of units in
        my scope on their day."""
        return self.filter(certificates_in(scope_of(viewer)))

    def standing(self) -> CertificateQuerySet:
        """Certificates that have not been revoked."""
        return self.filter(revocation=None)

    def with_chain(self) -> CertificateQuerySet:
        """With what a page says of state and chain: one query."""
        return self.select_related(
            "series__base", "revocation__replacement", "replaces__certificate", "account__person"
        )


class Certificate(models.Model):
    """What was certified on that day, word for word. Nothing in it ever changes.

    It hangs on the hour account, which a merge of people repoints.
    """

    public_id = models.UUIDField(_("public key"), default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(
        HourAccount, models.PROTECT, related_name="certificates", verbose_name=_("hour account")
    )
    unit = models.ForeignKey(
        Place, models.PROTECT, related_name="+", verbose_name=_("unit on that day")
    )
    series = models.ForeignKey(
        CertificateSeries, models.PROTECT, related_name="certificates", verbose_name=_("series")
    )
    serial = models.PositiveIntegerField(_("number in the series"))
    number = models.CharField(_("certificate number"), max_length=40, unique=True)
    # Kind of cause, the cause (a class), and the cause for this person: issued once for ever.
    source = models.CharField(_("kind of cause"), max_length=30)
    group = models.CharField(_("cause"), max_length=60)
    key = models.CharField(_("key"), max_length=120, unique=True)
    content = models.JSONField(_("content"))
    digest = models.CharField(_("SHA-256 of the content"), max_length=64)
    issued_at = models.DateTimeField(_("issued at"), default=timezone.now)
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    # Only a revoked certificate is replaced, and once: both stand in the type of this key.
    replaces = models.OneToOneField(
        "CertificateRevocation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replacement",
        verbose_name=_("replaces"),
    )

    objects = CertificateQuerySet.as_manager()
    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")

    class Meta:
        verbose_name = _("completion certificate")
        verbose_name_plural = _("completion certificates")
        constraints = [
            models.UniqueConstraint(fields=["series", "serial"], name="certificate_serial_once"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="certificate_serial_from_one"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="certificate_digested"
            ),
        ]
        indexes = [
            models.Index(fields=["source", "group"], name="certificate_by_cause"),
            models.Index(fields=["account", "-issued_at"], name="certificate_by_account"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_revoked(self) -> bool:
        """Reads the revocation: lists select it beforehand."""
        return hasattr(self, "revocation")

    @property
    def state(self) -> str:
        return "revoked" if self.is_revoked else "issued"

    @property
    def state_label(self) -> str:
        return gettext("Revoked") if self.is_revoked else pgettext("certificate", "Valid")

    @property
    def issued_on(self) -> datetime.date:
        return datetime.date.fromisoformat(self.content["issued_on"])

    @property
    def begins_on(self) -> datetime.date:
        return datetime.date.fromisoformat(self.content["begins_on"])

    @property
    def ends_on(self) -> datetime.date:
        return datetime.date.fromisoformat(self.content["ends_on"])

    @property
    def title(self) -> str:
        """What was completed, in the reader's language where both are known."""
        return in_language(self.content["title"], self.content["title_en"])


class CertificateRevocation(models.Model):
    """A certificate stopped counting, for a reason, by somebody. It stays on record."""

    certificate = models.OneToOneField(
        Certificate, models.PROTECT, related_name="revocation", verbose_name=_("certificate")
    )
    reason = models.CharField(_("reason"), max_length=200)
    revoked_at = models.DateTimeField(_("revoked at"), default=timezone.now)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("revoked by")
    )

    append_only: ClassVar[tuple[str, ...]] = ("UPDATE", "DELETE")

    class Meta:
        verbose_name = _("revocation of a certificate")
        verbose_name_plural = _("revocations of certificates")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="revocation_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.certificate} ({self.reason})"


class CertificateFile(models.Model):
    """Paper of a certificate: the print as it was made at issue, and scans of the sealed sheet."""

    class Kind(models.TextChoices):
        PRINT = "print", _("Print")
        SCAN = "scan", _("Scan of the sealed sheet")

    certificate = models.ForeignKey(
        Certificate, models.PROTECT, related_name="files", verbose_name=_("certificate")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    file = models.OneToOneField(
        StoredFile, models.PROTECT, related_name="+", verbose_name=_("file")
    )
    added_at = models.DateTimeField(_("added at"), default=timezone.now)

    class Meta:
        verbose_name = _("file of a certificate")
        verbose_name_plural = _("files of certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(kind="print"), name="certificate_print_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.get_kind_display()}"
