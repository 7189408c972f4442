"""What tutoring gives to dashboards and checks."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from committees.registered import check_metric
from core.registries import Metric
from tutors.models import Pairing

PAIRINGS = Metric(
    key="pairings_active",
    label=_("Pairs under way"),
    definition=_(
        "Pairs of tutor and pupil whose agreement is signed and which are neither paused nor "
        "ended, counted at the pupil's unit. Batches that stand as reported do not count."
    ),
    stock=True,
)


def recount_pairings() -> Iterator[tuple[int, int, int]]:
    """(place, 0, pairs under way) from the pairings themselves."""
    rows = Pairing.objects.underway().values("pupil_unit").annotate(n=Count("pk"))
    for row in rows.order_by("pupil_unit"):
        yield row["pupil_unit"], 0, row["n"]


def check_pairings() -> Iterator[str]:
    """What no constraint can state: nobody is tutor and pupil at once, and the figure agrees."""
    tutors = Pairing.objects.open().values("tutor")
    for row in Pairing.objects.open().filter(pupil__in=tutors):
        yield f"person {row.pupil_id} is tutor and pupil at once"
    yield from check_metric(PAIRINGS.key)
