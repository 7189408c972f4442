"""A roster that is complete for a place on a day: who was re-elected, is new, moved or left.

The four lists are shown before anything is written. Who left is a row of its own, ahead of the
rows of the file, so that a seat is free before somebody takes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Affiliation
from committees.models.people import Post
from committees.roster.outcomes import Change, Outcome, Plan, PlannedRow, Question
from committees.services.appointments import end_appointment
from core.imports.kinds import ImportContext
from core.imports.rows import LEAVE_OUT, row_key
from core.imports.undoing import changed

REELECTED, NEW, MOVED, LEFT = "reelected", "new", "moved", "left"
SEAT = "seat"  # whoever does the secretary's work, in whatever post
LISTS = (REELECTED, NEW, MOVED, LEFT)


def sort_out(plan: Plan[PlannedRow], context: ImportContext) -> None:
    """Give every row its list, and put a row for everybody who left in front."""
    for row in plan.rows:
        row.group = _group(row)
    plan.rows[:0] = list(_left(plan.rows, context))


def _group(row: PlannedRow) -> str:
    if not row.applies() or row.change is None:
        return ""
    if not row.beginning:
        return REELECTED
    if row.change is Change.CREATED:
        return NEW
    return MOVED if "K08_elsewhere" in row.codes else NEW


@dataclass(slots=True)
class _Said:
    """What the rows of a list say that can be taken."""

    speaks_of: set[
        str
    ]  # posts of the list, SEAT for the secretary's; a post held beside them is no post of the list
    named: set[tuple[int, int]]  # person and place
    moved: set[int]
    open_names: set[str]  # rows that nobody has decided yet may speak of anybody of these names
    followed: dict[int, set[str]]  # posts that somebody else begins, by place

    def ends(self, service: Affiliation) -> bool:
        place = service.place_id or 0
        if (service.person_id, place) in self.named or service.person.name_zh in self.open_names:
            return False
        return _post(service) in self.speaks_of or service.post in self.followed[place]


def _post(service: Affiliation) -> str:
    return SEAT if service.counts_as_secretary else service.post


def _said(rows: Sequence[PlannedRow]) -> _Said:
    taken = [row for row in rows if row.applies() and row.place]
    followed: dict[int, set[str]] = defaultdict(set)
    for row in taken:
        if row.place and row.beginning:
            followed[row.place.pk].update([*row.posts, *([SEAT] if row.seat else [])])
    return _Said(
        speaks_of={SEAT if row.seat else row.posts[0] for row in taken if row.posts},
        named={(row.person_id, row.place.pk) for row in taken if row.place and row.person_id},
        moved={row.person_id for row in taken if row.person_id and row.group == MOVED},
        open_names={row.name for row in rows if row.name and not row.applies()},
        followed=followed,
    )


def _left(rows: Sequence[PlannedRow], context: ImportContext) -> Iterable[PlannedRow]:
    """A row for each person of the place whom no row names in a post that the list speaks of."""
    said = _said(rows)
    gone: dict[tuple[int, int], list[Affiliation]] = defaultdict(list)
    services = (
        Affiliation.objects.open()
        .filter(place__path__under=context.within.path)
        .select_related("person", "place")
        .order_by("place__path", "pk")
    )
    for service in services:
        if said.ends(service):
            gone[service.person_id, service.place_id or 0].append(service)
    for (person_id, place_id), ended in gone.items():
        posts = {_post(service) for service in ended}
        if not posts & said.speaks_of:
            continue  # never on such a list: only the post beside it was filled anew
        followed = SEAT in posts & said.followed[place_id]
        yield _left_row(ended, context, moved=person_id in said.moved, followed=followed)


def _left_row(
    ended: list[Affiliation], context: ImportContext, *, moved: bool, followed: bool
) -> PlannedRow:
    service = ended[0]
    person, place = service.person, service.place
    assert place is not None
    row = PlannedRow("", 0, name=person.name_zh or person.name_en, committee=place.name_zh)
    row.person_id, row.ending = person.pk, [one.pk for one in ended]
    row.position = "、".join(str(Post(one.post).label) for one in ended)
    row.key = row_key("left", *row.ending)
    row.answers = dict(context.decided.get(row.key, {}))
    row.change, row.group = Change.UPDATED, MOVED if moved else LEFT
    if moved:
        row.add("moved", Outcome.ACCEPT, _("Serves in another committee now."))
    elif followed:
        row.add("left", Outcome.ACCEPT, _("Not on the list, and somebody follows: it ends."))
    else:
        question = Question(
            "left", _("Has this person left?"), ((LEAVE_OUT, _("Stays in post")),), optional=True
        )
        row.ask("left", _("Not on the list: the service ends."), question)
    row.settled = len(row.findings)
    return row


def end_left(rows: Sequence[PlannedRow], context: ImportContext) -> None:
    """End the services of those who left, as far as they are still open."""
    last = context.ends_on or timezone.localdate()
    wanted = {pk: row for row in rows for pk in row.ending}
    for row in rows:
        row.change = Change.UNCHANGED
    services = Affiliation.objects.open().filter(pk__in=wanted).order_by("pk")
    for service in services:
        ended = end_appointment(actor=context.actor, affiliation=service, to_on=last)
        row = wanted[service.pk]
        row.change = Change.UPDATED
        row.writes.append(changed(ended, {"to_on": None}))
