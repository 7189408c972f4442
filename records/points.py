"""What of the ledger is to be settled at the end of a year."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.registries import OpenPoint, plan_feeds, policy_changing, year_end_points
from core.words import in_language
from records.models import HourEntry
from records.services.year_end import needs, refuse_in_locked_year

WHAT = {False: _("class hours to verify"), True: _("claims of hours studied elsewhere")}


def unverified(district_id: int, path: str, year: int) -> list[OpenPoint]:
    """Entries of the year that wait for the organiser, by unit. One query."""
    rows = (
        HourEntry.objects.pending()
        .filter(year=year, unit__path__under=path)
        .annotate(claimed=Q(claim__isnull=False))
        .values_list("unit__path", "unit__name_zh", "unit__name_en", "claimed")
        .annotate(count=Count("pk"))
        .order_by("unit__path", "claimed")
    )
    url = reverse("records:desk")
    return [
        OpenPoint(in_language(zh, en), unit, WHAT[claimed], count, url)
        for unit, zh, en, claimed, count in rows
    ]


def register() -> None:
    """Called once at start-up."""
    year_end_points.add("unverified", unverified, order=10)
    plan_feeds.add("gaps", needs)
    policy_changing.add("locked year", refuse_in_locked_year)
