"""The styleguide: every component of the house with its states, for those who build pages."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.charts import Chart, Series
from core.scope import Role, scope_of


class ExampleForm(forms.Form):
    """One field of each kind, as a page would have them."""

    name = forms.CharField(label=gettext_lazy("Name of the class"), max_length=60)
    begins_on = forms.DateField(
        label=gettext_lazy("First day"), help_text=gettext_lazy("For example 2026-04-30")
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Theme"),
        choices=[
            ("", "—"),
            ("renovation", gettext_lazy("Renovation")),
            ("parking", gettext_lazy("Parking")),
        ],
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How people join"),
        widget=forms.RadioSelect,
        choices=[
            ("assigned", gettext_lazy("Organised assignment")),
            ("self", gettext_lazy("Self-selected study")),
        ],
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    remind = forms.BooleanField(
        label=gettext_lazy("Send a reminder the day before"), required=False
    )


def _charts() -> list[Chart]:
    """Invented figures of invented places, to show the four kinds."""
    months = [f"{month}" for month in range(1, 13)]
    places = [_("North Bridge"), _("Willow Lane"), _("River Bend"), _("Lotus Gate"), _("Old Mill")]
    unit, source = _("people"), _("Invented figures of the styleguide")
    return [
        Chart(
            key="bars",
            title=_("Willow Lane has trained most people"),
            categories=places,
            series=[Series(_("Completed"), [38, 52, 41, 23, 31])],
            kind="row",
            category=_("Sub-district"),
            unit=unit,
            source=source,
        ),
        Chart(
            key="lines",
            title=_("Two classes a month keep the year on its plan"),
            categories=months,
            series=[
                Series(_("Completed"), [4, 9, 15, 22, 28, 34, 37, 41, 50, 58, 63, 70]),
                Series(_("Enrolled"), [8, 14, 22, 30, 37, 42, 44, 50, 60, 68, 74, 80]),
                Series(_("Plan"), [6, 12, 18, 24, 30, 36, 40, 46, 54, 62, 68, 76], target=True),
            ],
            kind="line",
            category=_("Month"),
            unit=unit,
            source=source,
        ),
    ]


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component. Seen by those who run the portal, and by developers."""
    allowed = scope_of(request.user).has(Role.SYSTEM_ADMIN, Role.BASE_ADMIN)
    if not (allowed or settings.DEBUG):
        raise PermissionDenied
    today = timezone.localdate()
    begin = timezone.now().replace(hour=1, minute=0)
    context: dict[str, Any] = {
        "form": ExampleForm(),
        "broken_form": ExampleForm({"begins_on": "30.4.", "note": _("An invented note")}),
        "charts": _charts(),
        "page": Paginator(range(312), 20).page(5),
        "today": today,
        "last_year": today.replace(year=today.year - 1, day=1),
        "begin": begin,
        "end": begin + datetime.timedelta(hours=2, minutes=30),
        "states": [
            ("confirmed", _("confirmed")),
            ("waitlisted", _("waiting list")),
            ("late", _("late")),
            ("absent", _("absent without leave")),
            ("cancelled", _("cancelled")),
            ("compulsory", _("compulsory")),
        ],
        "steps": [
            {"label": _("Template"), "done": True},
            {"label": _("Check"), "done": False},
            {"label": _("Result"), "done": False},
        ],
        "items": [
            {"at": begin, "title": _("Pairing agreed"), "text": _("Both sides have signed.")},
            {"at": begin, "title": _("First meeting"), "text": ""},
        ],
        "facts": [(_("Venue"), _("Room of the secretary workshop")), (_("Seats"), "40")],
        "tokens": ["primary", "success", "warning", "danger", "info", "mark"],
        "people": [_("Zhao Invented"), _("Qian Invented"), _("Sun Invented")],
    }
    return render(request, "core/styleguide.html", context)
