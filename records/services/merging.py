"""Two records of one person become one: a session that stands in both counts once."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext_noop

from committees.models import Person
from records.models import HourDecision, HourEntry
from records.services.posting import COPIED, Posting, post_all, reverse_hours

REASON = gettext_noop("The same session stood in two records of one person.")


def one_session_once(
    *, actor: Any, kept: Person, merged: Person, undone: bool = False, **_facts: Any
) -> None:
    """After a merge take back what a session gives twice; when the merge is undone, post it again
    for the record it came from. Listens to core.registries.person_merged."""
    if undone:
        _give_back(actor, [kept, merged])
        return
    for session in _doubled(kept):
        _take_back(actor, kept, session)


def _doubled(person: Person) -> list[Any]:
    """Sessions of which the person has more hours than they have."""
    rows = _standing(person).exclude(session_ref=None).values("session_ref", "session_quarters")
    sums = rows.annotate(total=Sum("quarters")).filter(total__gt=F("session_quarters"))
    return [row["session_ref"] for row in sums.order_by("session_ref")]


def _standing(person: Person) -> QuerySet[HourEntry]:
    """Entries that count or may come to count."""
    entries = HourEntry.objects.filter(account__person=person, reverses=None, reversal=None)
    return entries.exclude(decision__kind=HourDecision.Kind.REJECTED)


def _take_back(actor: Any, person: Person, session: Any) -> None:
    """The latest entries of the session, until the rest fits."""
    entries = list(_standing(person).filter(session_ref=session).order_by("-posted_at", "-pk"))
    over = sum(entry.quarters for entry in entries) - (entries[0].session_quarters or 0)
    for entry in entries:
        if over <= 0:
            return
        reverse_hours(actor=actor, entry=entry, reason=REASON)
        over -= entry.quarters


def _give_back(actor: Any, people: list[Person]) -> None:
    rows = HourEntry.objects.filter(account__person__in=people, reverses__isnull=False)
    taken = rows.filter(reason=REASON).select_related(
        "reverses__account__person", "reverses__unit", "reverses__decision"
    )
    for reversal in taken.order_by("pk"):
        entry = reversal.reverses
        assert entry is not None  # asked for above
        facts = {name: getattr(entry, name) for name in COPIED}
        facts["key"] = f"again:{reversal.pk}"
        posting = Posting(person=entry.account.person, **facts)
        post_all(actor=actor, postings=[posting], verified=hasattr(entry, "decision"))
