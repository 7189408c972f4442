"""The way from a place's page to its figures."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committees.models import Place
from core.registries import PlaceAction
from dashboards.permissions import can_see_figures


def _url(request: HttpRequest, place: Place) -> str:
    if place.level < Place.Level.DISTRICT or not can_see_figures(request.user, place):
        return ""
    return reverse("dashboards:board-place", args=[place.pk])


FIGURES = PlaceAction("figures", _("Figures"), "bar-chart", _url)
