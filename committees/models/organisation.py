"""Units of a joint Party committee."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models.place import Place
from core.words import in_language


class MemberOrganisation(models.Model):
    """A unit of a joint Party committee, counted by its dates."""

    class Kind(models.TextChoices):
        ENTERPRISE_PUBLIC = "enterprise_public", _("Enterprise or public institution")
        QUARTER_BRANCH = "quarter_branch", _("General branch of a residential quarter")
        TWO_NEW = "two_new", _("“Two new” organisation")

    place = models.ForeignKey(
        Place, models.PROTECT, related_name="member_organisations", verbose_name=_("sub-district")
    )
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, blank=True)
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    about_zh = models.CharField(_("part taken, in Chinese"), max_length=200, blank=True)
    about_en = models.CharField(_("part taken, in English"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("member organisation")
        verbose_name_plural = _("member organisations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_zh="") | ~Q(name_en=""), name="member_organisation_named"
            )
        ]

    def __str__(self) -> str:
        return self.name_zh or self.name_en

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)

    @property
    def about(self) -> str:
        return in_language(self.about_zh, self.about_en)
