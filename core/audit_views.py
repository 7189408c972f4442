"""The audit trail on a page."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core import audit_words, seals, verification
from core.models import AuditEvent
from core.scope import Role, scope_of

PAGE = 50
SHOWN_DAYS = 30
MAY_READ = (Role.AUDITOR, Role.SYSTEM_ADMIN, Role.DISTRICT)


def kind_choices() -> list[tuple[str, Any]]:
    return [("", _("All kinds")), *audit_words.kinds()]


def within_calendar(day: datetime.date) -> None:
    """The day before and the day after can be said in every time zone."""
    if not 1900 <= day.year <= 2200:
        raise ValidationError(_("Enter a valid date."))


class AuditFilter(forms.Form):
    """What part of the trail to show. `key` and `actor` come from links in the list."""

    who = forms.CharField(label=_("Person"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("Kind of object"), choices=kind_choices, required=False)
    thing = forms.CharField(label=_("Object"), max_length=60, required=False)
    act = forms.CharField(label=_("Action"), max_length=60, required=False)
    begin = forms.DateField(label=_("From"), required=False, validators=[within_calendar])
    end = forms.DateField(label=_("Until"), required=False, validators=[within_calendar])
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    actor = forms.IntegerField(required=False, max_value=2**62, widget=forms.HiddenInput)

    def chosen(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """`events` narrowed by what is filled in; a field that is wrong narrows nothing."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if who := given.get("who"):
            events = events.filter(
                Q(actor_label__icontains=who) | Q(on_behalf_label__icontains=who)
            )
        exact = {"kind": "object_type", "key": "object_id", "actor": "actor_id"}
        events = events.filter(**{exact[name]: given[name] for name in exact if name in given})
        if thing := given.get("thing"):
            events = events.filter(object_label__icontains=thing)
        if act := given.get("act"):
            verbs = [verb for verb, label in audit_words.VERBS.items() if act in str(label)]
            named = Q(action__icontains=act)
            for verb in verbs:
                named |= Q(action__endswith=f".{verb}")
            events = events.filter(named)
        if begin := given.get("begin"):
            events = events.filter(at__gte=_midnight(begin))
        if end := given.get("end"):
            events = events.filter(at__lt=_midnight(end + datetime.timedelta(days=1)))
        return events


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def _filter(request: HttpRequest) -> AuditFilter:
    """The reader's filter; without one, the last thirty days."""
    if any(name in request.GET for name in AuditFilter.base_fields):
        return AuditFilter(request.GET)
    begin = timezone.localdate() - datetime.timedelta(days=SHOWN_DAYS)
    return AuditFilter({"begin": begin.isoformat()})


def _latin_names(page: Page[AuditEvent]) -> dict[int, str]:
    """Who acted, as an English reader writes names: the row keeps the one of the register. One
    query, none for others."""
    if not (get_language() or "").startswith("en"):
        return {}
    acting = {event.actor_id for event in page if event.actor_id}
    users = get_user_model()._default_manager.filter(pk__in=acting).select_related("person")
    return {user.pk: user.person.name for user in users if user.person}


@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first, and whether the chain over it is intact."""
    scope = scope_of(request.user)
    if not scope.has(*MAY_READ):
        raise PermissionDenied
    chosen = _filter(request)
    events = chosen.chosen(AuditEvent.objects.visible_to(request.user)).order_by("-at", "-pk")
    page = Paginator(events, PAGE).get_page(request.GET.get("page"))
    names = _latin_names(page)
    waiting = seals.unsealed().first()
    return render(
        request,
        "core/audit_list.html",
        {
            "filter": chosen,
            "page": page,
            "rows": [audit_words.told(event, names.get(event.actor_id or 0, "")) for event in page],
            "known": verification.last(),
            "waiting_since": waiting.at if waiting else None,
            "with_address": scope.has(Role.AUDITOR, Role.SYSTEM_ADMIN),
        },
    )
