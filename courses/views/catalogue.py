"""The catalogue of courses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.scope import Role, scope_of
from core.typed import readable
from courses import services
from courses.forms import CourseForm
from courses.models import Course
from courses.permissions import can_create, can_run_base
from courses.views.access import posted, run_bases

PER_PAGE = 50


@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    """Published courses of every base I see, and the drafts of my own."""
    courses = Course.objects.visible_to(request.user).select_related("base")
    text = readable(request.GET.get("q", ""), 60)
    if text:
        courses = courses.filter(Q(title_zh__icontains=text) | Q(title_en__icontains=text))
    page = Paginator(courses.order_by("base__code", "title_zh", "pk"), PER_PAGE)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "q": text,
        "may_create": can_create(request.user),
        "own_bases": scope_of(request.user).base_ids(Role.BASE_ADMIN),
    }
    return render(request, "courses/course_list.html", context)


@require_http_methods(["GET", "POST"])
def course_create(request: HttpRequest) -> HttpResponse:
    form = CourseForm(posted(request), bases=run_bases(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.create_course(actor=request.user, **_facts(form))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The course is now in the catalogue."))
            return redirect("courses:course-list")
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
def course_edit(request: HttpRequest, pk: int) -> HttpResponse:
    courses = Course.objects.visible_to(request.user).select_related("base")
    course = get_object_or_404(courses, pk=pk)
    if not can_run_base(request.user, course.base_id):
        raise PermissionDenied(_("Only the training base itself changes its courses."))
    initial = {name: getattr(course, name) for name in services.catalogue.FACTS}
    initial["hours"] = course.quarters
    form = CourseForm(posted(request), bases=run_bases(request), course=course, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_course(actor=request.user, course=course, **_facts(form))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The course has been changed."))
            return redirect("courses:course-list")
    return _page(request, form, course)


def _facts(form: CourseForm) -> dict[str, Any]:
    facts = dict(form.cleaned_data)
    facts["quarters"] = facts.pop("hours")
    return facts


def _page(request: HttpRequest, form: CourseForm, course: Course | None) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(
        request, "courses/course_edit.html", {"form": form, "course": course}, status=status
    )
