"""Training bases."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models.place import Place
from core.scope import Role, scope_of
from core.words import in_language


class TrainingBaseQuerySet(models.QuerySet["TrainingBase"]):
    def visible_to(self, viewer: Any) -> TrainingBaseQuerySet:
        """Bases granted to the viewer, and those that serve a district the viewer is part of."""
        scope = scope_of(viewer)
        if scope.everywhere(Role.SYSTEM_ADMIN, Role.AUDITOR):
            return self.all()
        serves = TrainingBase.districts.through.objects.filter(place_id__in=scope.line_ids())
        return self.filter(Q(pk__in=scope.base_ids()) | Q(pk__in=serves.values("trainingbase_id")))


class TrainingBase(models.Model):
    """A host of classes: where it stands and which districts it serves."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    host = models.ForeignKey(
        Place, models.PROTECT, related_name="hosted_bases", verbose_name=_("stands in")
    )
    districts = models.ManyToManyField(
        Place, related_name="serving_bases", verbose_name=_("districts served")
    )
    contact = models.CharField(_("contact"), max_length=80, blank=True)
    phone = models.CharField(_("office phone"), max_length=30, blank=True)
    about_zh = models.TextField(_("about in Chinese"), blank=True)
    about_en = models.TextField(_("about in English"), blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = TrainingBaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("training base")
        verbose_name_plural = _("training bases")

    def __str__(self) -> str:
        return self.name_zh

    @property
    def name(self) -> str:
        """The name in the reader's language where both are known."""
        return in_language(self.name_zh, self.name_en)

    @property
    def about(self) -> str:
        return in_language(self.about_zh, self.about_en)
