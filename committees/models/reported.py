"""Figures that a document reports; never mixed with computed ones."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models.base import TrainingBase
from committees.models.place import Place
from core.words import in_language


class ReportedIndicator(models.Model):
    """A figure from a document or an article, with unit, date and source."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    label_zh = models.CharField(_("label in Chinese"), max_length=120)
    label_en = models.CharField(_("label in English"), max_length=160)
    value = models.CharField(_("value"), max_length=40)
    unit_zh = models.CharField(_("unit in Chinese"), max_length=20, blank=True)
    unit_en = models.CharField(_("unit in English"), max_length=30, blank=True)
    as_of = models.CharField(_("as of"), max_length=20, blank=True)
    source_zh = models.CharField(_("source in Chinese"), max_length=200)
    source_en = models.CharField(_("source in English"), max_length=200)
    place = models.ForeignKey(
        Place,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reported",
        verbose_name=_("place"),
    )
    base = models.ForeignKey(
        TrainingBase,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reported",
        verbose_name=_("training base"),
    )

    class Meta:
        verbose_name = _("reported figure")
        verbose_name_plural = _("reported figures")
        constraints = [
            models.CheckConstraint(
                name="reported_somewhere", condition=Q(place__isnull=False) | Q(base__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.label_zh}: {self.value}"

    @property
    def label(self) -> str:
        return in_language(self.label_zh, self.label_en)

    @property
    def unit(self) -> str:
        return in_language(self.unit_zh, self.unit_en)

    @property
    def source(self) -> str:
        return in_language(self.source_zh, self.source_en)
