"""Taking people out of the portal: a list, for a purpose, on record."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from committees.directory import Wanted, people
from committees.models import Affiliation, Person, Place
from committees.models.people import Post
from committees.permissions import EXPORTERS
from core import audit
from core.errors import DomainError
from core.scope import scope_of

# What one request writes well below a second.
MOST_EXPORTED = 5_000


class WrongExport(DomainError):
    code = "wrong_export"


def export_people(*, actor: Any, wanted: Wanted, purpose: str) -> list[tuple[str, ...]]:
    """Rows of a view of the directory as the page shows them, mobile masked; one audit row.

    Raises WrongExport without a purpose, for more people than one request writes, or for none.
    """
    purpose = " ".join(purpose.split())
    if len(purpose) < 2:
        raise WrongExport(_("Say what the list is needed for."), field="purpose")
    mine = scope_of(actor).under("unit__path", *EXPORTERS)
    found = people(actor, wanted).filter(mine).select_related("unit__parent")
    persons = list(found.order_by("pinyin", "pk")[: MOST_EXPORTED + 1])
    if len(persons) > MOST_EXPORTED:
        raise WrongExport(
            _(
                "This view holds more than %(most)s people. Choose a place or a filter, and "
                "export it in parts."
            )
            % {"most": f"{MOST_EXPORTED:,}"}
        )
    if not persons:
        raise WrongExport(_("There is nobody in this view."))
    subject = _subject(actor, wanted)
    with transaction.atomic():
        rows = _rows(persons)
        audit.record(
            actor=actor,
            action="person.export",
            obj=subject,
            after={"rows": len(rows), "view": _view(wanted)},
            reason=purpose,
            unit_id=subject.pk,
        )
    return rows


def _subject(actor: Any, wanted: Wanted) -> Place:
    """The place whose people were taken out: the chosen one, else the first of the actor's."""
    if wanted.place is not None:
        return wanted.place
    return Place.objects.get(path=scope_of(actor).paths(*EXPORTERS)[0])


def _view(wanted: Wanted) -> dict[str, str]:
    said = {label: value for _name, label, value in wanted.in_words()}
    return said | ({str(_("Search")): wanted.q} if wanted.q else {})


def _rows(persons: list[Person]) -> list[tuple[str, ...]]:
    """(name, posts, unit, above, mask, first day of the first post) of each."""
    rank = {post: at for at, post in enumerate(Post.values)}
    labels = {str(code): str(name) for code, name in Post.choices}
    held: dict[int, list[Affiliation]] = {person.pk: [] for person in persons}
    keys = list(held)
    # In portions: SQLite takes some thousand values in a list.
    for start in range(0, len(keys), 500):
        portion = keys[start : start + 500]
        for service in Affiliation.objects.open().filter(person__in=portion).order_by("pk"):
            held[service.person_id].append(service)
    rows: list[tuple[str, ...]] = []
    for person in persons:
        services = sorted(held[person.pk], key=lambda service: rank[service.post])
        since = services[0].from_on if services else None
        unit = person.unit
        rows.append(
            (
                person.name,
                " · ".join(f"{labels[service.post]}{service.particulars}" for service in services),
                unit.name if unit else "",
                unit.parent.name if unit and unit.parent else "",
                person.mobile_mask,
                since.isoformat() if since else "",
            )
        )
    return rows
