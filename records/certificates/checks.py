"""Is every number there, and is every certificate still what was issued?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext as _

from core.registries import invariant_checks
from records.certificates.content import digest
from records.models import Certificate, CertificateSeries

STEP = 1_000


def check_series() -> Iterator[str]:
    """A series counts from one to its last number without a gap."""
    rows = CertificateSeries.objects.select_related("base").annotate(
        held=Count("certificates"), highest=Max("certificates__serial")
    )
    fits = Q(held=F("last")) & (Q(highest=F("last")) | Q(last=0, highest=None))
    for row in rows.exclude(fits):
        yield _("Series %(series)s: last number %(last)d, but %(held)d certificates stand.") % {
            "series": str(row),
            "last": row.last,
            "held": row.held,
        }


def check_contents() -> Iterator[str]:
    """Content and hash belong together."""
    rows = Certificate.objects.order_by("pk").only("number", "content", "digest")
    for row in rows.iterator(chunk_size=STEP):
        if digest(row.content) != row.digest or row.content["number"] != row.number:
            yield _("Certificate %(number)s does not fit its hash.") % {"number": row.number}


def register() -> None:
    """Called once at start-up."""
    invariant_checks.add("certificate numbers", check_series)
    invariant_checks.add("certificate contents", check_contents)
