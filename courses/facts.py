"""What a notice may say of a class: its names, its place and its first day."""

from __future__ import annotations

from typing import Any

from courses.models import Offering


def class_facts(offering: Offering) -> dict[str, Any]:
    """Plain values for the outbox; both languages, because the reader's is known only later."""
    return {
        "title_zh": offering.title_zh,
        "title_en": offering.title_en,
        "venue_zh": offering.venue_zh,
        "venue_en": offering.venue_en,
        "begins_on": offering.begins_on.isoformat(),
        "offering": str(offering.public_id),
    }
