"""What is taught."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models import TrainingBase
from core.scope import Role, scope_of
from core.words import in_language


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, viewer: Any) -> CourseQuerySet:
        """Everything published; drafts of the bases I run."""
        scope = scope_of(viewer)
        if not scope.roles:
            return self.none()
        return self.filter(Q(published=True) | Q(base__in=scope.base_ids(Role.BASE_ADMIN)))


class Course(models.Model):
    """Reusable content: what is taught, in how many class hours."""

    base = models.ForeignKey(
        TrainingBase, models.PROTECT, related_name="courses", verbose_name=_("training base")
    )
    title_zh = models.CharField(_("Chinese title"), max_length=160)
    title_en = models.CharField(_("English title"), max_length=240, blank=True)
    about_zh = models.TextField(_("about in Chinese"), blank=True)
    about_en = models.TextField(_("about in English"), blank=True)
    quarters = models.PositiveSmallIntegerField(_("quarters of an hour"), default=16)
    special = models.BooleanField(_("special course"), default=False)
    published = models.BooleanField(_("published"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            models.UniqueConstraint(fields=["base", "title_zh"], name="course_title_once"),
            models.CheckConstraint(
                condition=Q(quarters__range=(1, 400)), name="course_quarters_plausible"
            ),
        ]

    def __str__(self) -> str:
        return self.title_zh

    @property
    def title(self) -> str:
        """In the reader's language where both are known."""
        return in_language(self.title_zh, self.title_en)

    @property
    def about(self) -> str:
        return in_language(self.about_zh, self.about_en)
