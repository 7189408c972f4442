"""Courses: what is taught."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from committees.models import TrainingBase
from core import audit
from courses.errors import NotYourClass, WrongOffering
from courses.models import Course
from courses.permissions import can_run_base

FACTS = (
    "title_zh",
    "title_en",
    "about_zh",
    "about_en",
    "quarters",
    "special",
    "published",
    "source",
)


def create_course(
    *,
    actor: Any,
    base: TrainingBase,
    title_zh: str,
    title_en: str = "",
    about_zh: str = "",
    about_en: str = "",
    quarters: int = 16,
    special: bool = False,
    published: bool = False,
    source: str = "",
) -> Course:
    """Add a course to a base's catalogue. `quarters`: length in quarters of a class hour.

    Raises NotYourClass unless `actor` administers the base, WrongOffering for a length outside
    1-400 quarters or a title that the base has already.
    """
    _require_base(actor, base.pk)
    _require_length(quarters)
    course = Course(
        base=base,
        title_zh=title_zh.strip(),
        title_en=title_en.strip(),
        about_zh=about_zh,
        about_en=about_en,
        quarters=quarters,
        special=special,
        published=published,
        source=source,
    )
    _save(course)
    audit.record(actor=actor, action="course.create", obj=course, after=_facts(course))
    return course


def update_course(*, actor: Any, course: Course, **changes: Any) -> Course:
    """Change facts of a course. Raises as `create_course`; sessions keep their own length."""
    unknown = set(changes) - set(FACTS)
    if unknown:
        raise TypeError(f"not facts of a course: {sorted(unknown)}")
    with transaction.atomic():
        locked = Course.objects.select_for_update().get(pk=course.pk)
        _require_base(actor, locked.base_id)
        before = _facts(locked)
        for name, value in changes.items():
            setattr(locked, name, value)
        _require_length(locked.quarters)
        after = _facts(locked)
        changed = [name for name in FACTS if before[name] != after[name]]
        if changed:
            _save(locked, changed)
            audit.record(
                actor=actor,
                action="course.update",
                obj=locked,
                before={name: before[name] for name in changed},
                after={name: after[name] for name in changed},
            )
    return locked


def _require_base(actor: Any, base_id: int) -> None:
    if actor is not None and not can_run_base(actor, base_id):
        raise NotYourClass(_("Only the training base itself changes its courses."))


def _require_length(quarters: int) -> None:
    if not 1 <= quarters <= 400:
        raise WrongOffering(
            _("A course lasts between a quarter of an hour and 100 class hours."), field="hours"
        )


def _save(course: Course, changed: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            if changed is None:
                course.save()  # new row
            else:
                course.save(update_fields=changed)
    except IntegrityError as clash:
        twin = Course.objects.filter(base=course.base_id, title_zh=course.title_zh)
        if not twin.exclude(pk=course.pk).exists():
            raise
        raise WrongOffering(
            _("The base has a course with this title already."), field="title_zh"
        ) from clash


def _facts(course: Course) -> dict[str, Any]:
    return {name: getattr(course, name) for name in FACTS}
