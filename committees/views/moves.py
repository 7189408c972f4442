"""Changes of people: the facts, what they touch, and the confirmation."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from committees import permissions
from committees.consequences import consequences
from committees.forms_moves import ChangeForm, EndForm, PostForm, SecretaryForm, reach
from committees.models import Affiliation, Person, Place
from committees.services.moves import Beginning, Changed, Move, carry_out
from committees.services.secretaries import plan_ending, plan_post, plan_secretary_change
from core.errors import DomainError
from core.typed import sent

METHODS = ["GET", "HEAD", "POST"]
SUGGESTED = 60


@dataclass(frozen=True)
class Page:
    """One form of a change: what it is called, where it leads, and how its plan is made."""

    title: str
    form: ChangeForm
    plan: Callable[[], Move]
    back: str
    done: str
    template: str = "committees/move_form.html"
    context: dict[str, Any] = field(default_factory=dict)


def _run(request: HttpRequest, page: Page) -> HttpResponse:
    """Form, then what the change touches, then the change. Nothing typed is ever lost."""
    step = request.POST.get("step", "")
    if request.method != "POST":
        return _form(request, page)
    valid = page.form.is_valid()
    if step == "edit":
        return _form(request, page)
    if not valid:
        return _form(request, page, 422)
    try:
        if step == "confirm":
            seen = request.POST.get("seen", "")
            carry_out(actor=request.user, plan=page.plan, seen=seen or "none")
            if page.done == page.back:  # the page of what is left to do says so itself
                messages.success(request, _("The change is made."))
            return redirect(page.done)
        return _check(request, page, page.plan())
    except Changed as error:
        return _shown_again(request, page, error)
    except DomainError as error:
        page.form.fail(error.field, error.message)
        return _form(request, page, 422)


def _shown_again(request: HttpRequest, page: Page, error: Changed) -> HttpResponse:
    """Somebody was quicker: what would happen now, or why it cannot."""
    try:
        move = page.plan()
    except DomainError as refused:
        page.form.fail("", error.message)
        page.form.fail(refused.field, refused.message)
        return _form(request, page, 409)
    return _check(request, page, move, error.message, 409)


def _form(request: HttpRequest, page: Page, status: int = 200) -> HttpResponse:
    context = {"form": page.form, "title": page.title, "back": page.back, **page.context}
    return render(request, page.template, context, status=status)


def _check(
    request: HttpRequest, page: Page, move: Move, warning: str = "", status: int = 200
) -> HttpResponse:
    lines = consequences(move, request.user)
    groups = (
        (_("What is recorded"), [x for x in lines if x.kind in ("ends", "begins", "stays")]),
        (_("What has to be looked after"), [x for x in lines if x.kind == "look"]),
        (_("What is left to do afterwards"), [x for x in lines if x.kind == "next"]),
    )
    hidden = [
        (name, value)
        for name in page.form.fields
        for value in request.POST.getlist(page.form.add_prefix(name))
    ]
    context = {
        "title": page.title,
        "groups": [group for group in groups if group[1]],
        "hidden": hidden,
        "seen": move.fingerprint,
        "warning": warning,
        "back": page.back,
        **page.context,
    }
    return render(request, "committees/move_check.html", context, status=status)


def _appointing(request: HttpRequest, place: Place) -> None:
    if not permissions.can_appoint(request.user, place):
        raise PermissionDenied(
            _("People are appointed by the sub-district's organiser and the district department.")
        )


def _suggestions(viewer: Any, near: Place | None) -> Any:
    """Committees to choose from while typing: those of the same sub-district. Asked only where a
    page shows them."""
    if near is None:
        return ()
    above = near.parent_id if near.level == Place.Level.COMMITTEE else near.pk
    rows = reach(viewer).filter(parent=above, level=Place.Level.COMMITTEE)
    return rows.only("name_zh").order_by("pinyin", "pk")[:SUGGESTED]


def _holder(place: Place) -> Affiliation | None:
    return place.affiliations.secretaries().select_related("person").first()


@require_http_methods(METHODS)
def secretary_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change of secretary: who leaves, who follows."""
    places = Place.objects.visible_to(request.user).select_related("parent")
    place = get_object_or_404(places, pk=pk, level=Place.Level.COMMITTEE)
    _appointing(request, place)
    holder = _holder(place)
    form = SecretaryForm(*sent(request), viewer=request.user, committee=place, holder=holder)
    page = Page(
        title=_("Change of secretary"),
        form=form,
        plan=lambda: plan_secretary_change(actor=request.user, change=form.change()),
        back=reverse("committees:place-detail", args=[place.pk]),
        done=reverse("committees:secretary-done", args=[place.pk]),
        template="committees/secretary_change.html",
        context={
            "place": place,
            "holder": holder,
            "suggestions": _suggestions(request.user, place),
        },
    )
    return _run(request, page)


@require_safe
def secretary_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is secretary now, and what is left to do for her."""
    places = Place.objects.visible_to(request.user).select_related("parent")
    place = get_object_or_404(places, pk=pk, level=Place.Level.COMMITTEE)
    _appointing(request, place)
    holder = _holder(place)
    lines = []
    if holder is not None:
        move = Move(beginnings=(Beginning(holder),))
        lines = [line for line in consequences(move, request.user) if line.kind == "next"]
    context = {"place": place, "holder": holder, "lines": lines}
    return render(request, "committees/secretary_done.html", context)


def _person(request: HttpRequest, public_id: uuid.UUID) -> Person:
    """Somebody of my area today, whose unit I may fill posts in."""
    people = Person.objects.visible_to(request.user).select_related("unit__parent")
    person = get_object_or_404(people, public_id=public_id)
    if person.unit is None or permissions.is_former(request.user, person):
        raise PermissionDenied(_("This person does not serve in your area today."))
    _appointing(request, person.unit)
    return person


def _post_page(request: HttpRequest, public_id: uuid.UUID, *, leaves: bool) -> HttpResponse:
    person = _person(request, public_id)
    form = PostForm(*sent(request), viewer=request.user, person=person, leaves=leaves)
    back = reverse("committees:person-detail", args=[person.public_id])
    page = Page(
        title=_("Move to another place") if leaves else _("Add a post"),
        form=form,
        plan=lambda: plan_post(actor=request.user, new=form.new()),
        back=back,
        done=back,
        context={
            "person": person,
            "lead": _("All posts in other places end the day before.")
            if leaves
            else _("The other posts go on."),
            "suggestions": _suggestions(request.user, person.unit),
        },
    )
    return _run(request, page)


@require_http_methods(METHODS)
def person_post(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A further post of somebody who serves in my area."""
    return _post_page(request, public_id, leaves=False)


@require_http_methods(METHODS)
def person_move(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A post elsewhere; what she holds now ends."""
    return _post_page(request, public_id, leaves=True)


@require_http_methods(METHODS)
def service_end(request: HttpRequest, public_id: uuid.UUID, pk: int) -> HttpResponse:
    """The last day of one service."""
    services = Affiliation.objects.visible_to(request.user).select_related("person", "place")
    service = get_object_or_404(services, pk=pk, person__public_id=public_id)
    if service.place is None or service.to_on is not None:
        raise PermissionDenied(_("This service has ended already."))
    _appointing(request, service.place)
    form = EndForm(*sent(request), viewer=request.user)
    back = reverse("committees:person-detail", args=[public_id])

    def plan() -> Move:
        rows = Affiliation.objects.filter(pk=service.pk).select_related("person", "place")
        data = form.cleaned_data
        return plan_ending(
            actor=request.user, services=rows, last_day=data["on"], reason=data["reason"]
        )

    page = Page(
        title=_("End a service"),
        form=form,
        plan=plan,
        back=back,
        done=back,
        context={
            "person": service.person,
            "lead": f"{service.title} · {service.place.name}",
        },
    )
    return _run(request, page)
