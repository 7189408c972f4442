"""Whose hours they are."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from committees.models import Person


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
