"""Rows of a roster compared with what the portal knows: who is new, what is added, what conflicts.

What somebody has written here is never overwritten: a contradiction becomes a row to review. The
same questions are asked again, under lock, when a chunk is applied.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from committees.models import Affiliation, Person, Place
from committees.models.people import Post
from committees.roster.answers import (
    AGAIN,
    MOVE,
    NEW,
    SECOND,
    SUCCEED,
    again_question,
    elsewhere_question,
    person_question,
    seat_question,
    stays_question,
)
from committees.roster.outcomes import Change, Outcome, PlannedRow
from committees.roster.people import SEXES
from core import crypto
from core.imports.kinds import ImportContext

BATCH = 500


@dataclass(slots=True)
class Known:
    """What the portal knows about the people and places of some rows."""

    by_number: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    at_place: dict[int, list[Affiliation]] = field(default_factory=lambda: defaultdict(list))
    secretary_of: dict[int, list[Affiliation]] = field(default_factory=lambda: defaultdict(list))
    names: set[str] = field(default_factory=set)
    # Who the list names where; and below which place it is complete ("": nowhere).
    named: set[tuple[str, int]] = field(default_factory=set)
    complete_below: str = ""


def resolve(rows: Iterable[PlannedRow], context: ImportContext) -> None:
    """Set `change` and `person_id` of the rows that could be applied, or a reason to review."""
    fresh = []
    for row in rows:
        if row.settled is not None:
            del row.findings[row.settled :]
        row.settled = len(row.findings)
        row.change = row.person_id = None
        row.beginning, row.ending, row.again, row.second = [], [], [], False
        if row.applies() and row.place is not None:
            fresh.append(row)
    named = {(row.name, row.place.pk) for row in fresh if row.place}
    for start in range(0, len(fresh), BATCH):
        batch = fresh[start : start + BATCH]
        known = _look_up(batch)
        known.named, known.complete_below = named, context.within.path if context.complete else ""
        for row in batch:
            _resolve(row, known)


def _look_up(rows: Sequence[PlannedRow]) -> Known:
    """Four queries for a batch of rows."""
    known = Known()
    numbers = {crypto.mobile_index(row.mobile) for row in rows if row.mobile}
    people = list(
        Person.objects.filter(mobile_index__in=numbers).select_related("unit").order_by("pk")
    )
    for person in people:
        known.by_number[person.mobile_index].append(person)
    places = {row.place.pk for row in rows if row.place}
    served = (
        Affiliation.objects.filter(place__in=places).select_related("person__unit").order_by("pk")
    )
    for service in served:
        if service.place_id is not None:
            known.at_place[service.place_id].append(service)
    ids = {person.pk for person in people}
    ids |= {service.person_id for services in known.at_place.values() for service in services}
    held = Affiliation.objects.secretaries().filter(person__in=ids).select_related("place")
    for service in held:
        known.secretary_of[service.person_id].append(service)
    namesakes = Person.objects.filter(name_zh__in={row.name for row in rows})
    known.names = set(namesakes.values_list("name_zh", flat=True))
    return known


def _resolve(row: PlannedRow, known: Known) -> None:
    person = _person(row, known)
    if not row.applies():
        return
    if person is not None and not _agrees(row, person):
        person = None
    if not row.applies():
        return
    row.person_id = person.pk if person else None
    row.beginning = _missing_posts(row, known)
    _seat(row, known)
    if not row.applies():
        return
    if person is None:
        row.change = Change.CREATED
    elif row.beginning or row.ending or blanks(row, person):
        row.change = Change.UPDATED
    else:
        row.change = Change.UNCHANGED


def _person(row: PlannedRow, known: Known) -> Person | None:
    """Who the row means: number and name, or name and unit. Never the name alone."""
    number = crypto.mobile_index(row.mobile) if row.mobile else ""
    sharing = known.by_number.get(number, []) if number else []
    here = {s.person_id: s.person for s in known.at_place[row.place.pk]} if row.place else {}
    same = [person for person in sharing if person.name_zh == row.name]
    if not same:
        same = [person for person in here.values() if person.name_zh == row.name]
        if len(same) == 1 and number and same[0].mobile_index not in ("", number):
            message = _("Another number is kept for this person here. Which one holds?")
            return _chosen(row, "K01_other_number", message, same)
        others = [person for person in sharing if person.pk in here]
        if not same and others:
            message = _("This number is kept for somebody of another name in the same committee.")
            return _chosen(row, "K02_other_name", message, others)
    if len(same) > 1:
        same = [person for person in same if person.pk in here] or same
    if len(same) > 1:
        return _chosen(row, "K03_ambiguous", _("Several people here fit this row."), same)
    if not same:
        _say_neighbours(row, known, bool(sharing))
    return same[0] if same else None


def _chosen(row: PlannedRow, code: str, message: str, people: Sequence[Person]) -> Person | None:
    """The one of `people` whom somebody chose; None for somebody new, or while nobody chose."""
    _kind, _colon, key = row.ask(code, message, person_question(code, people)).partition(":")
    return next((person for person in people if str(person.pk) == key), None)


def _say_neighbours(row: PlannedRow, known: Known, shared: bool) -> None:
    if shared:
        message = _("Somebody of another name has the same number.")
        row.add("D27_shared_phone", Outcome.ACCEPT, message)
    if row.name in known.names and "D03_same_name_other_person" not in row.codes:
        message = _("Somebody else of this name is known.")
        row.add("D03_same_name_other_person", Outcome.ACCEPT, message)


def _agrees(row: PlannedRow, person: Person) -> bool:
    """Whether the row may mean `person`; False when somebody said that it is another one."""
    pairs = [
        (_("sex"), person.sex, SEXES.get(row.sex, "")),
        (_("year of birth"), person.birth_year, row.birth.year if row.birth else None),
        (_("month of birth"), person.birth_month, row.birth.month if row.birth else None),
    ]
    wrong = [str(what) for what, here, there in pairs if here and there and here != there]
    if wrong:
        message = _("The portal knows another %(what)s of this person. Nothing was changed.")
        question = person_question("K04_contradiction", [person])
        if row.ask("K04_contradiction", message % {"what": _(", ").join(wrong)}, question) == NEW:
            return False
    if person.education and row.education and person.education != row.education:
        message = _("The portal knows another education; it stays.")
        row.add("K05_kept", Outcome.ACCEPT, message)
    return True


def blanks(row: PlannedRow, person: Person) -> dict[str, object]:
    """What the row says and the portal does not know yet."""
    said: dict[str, object] = {
        "sex": SEXES.get(row.sex, ""),
        "birth_year": row.birth.year if row.birth else None,
        "birth_month": row.birth.month if row.birth else None,
        "education": row.education,
        "is_party_member": row.is_party_member,
    }
    found = {
        key: value
        for key, value in said.items()
        if value not in ("", None) and getattr(person, key) in ("", None)
    }
    if row.mobile and not person.mobile_index:
        found["mobile"] = row.mobile
    return found


def _missing_posts(row: PlannedRow, known: Known) -> list[Post]:
    """Posts of the row that the person does not hold there. Ended ones are left to a person."""
    assert row.place is not None
    services = [s for s in known.at_place[row.place.pk] if s.person_id == row.person_id]
    first = row.appointed.first_day() if row.appointed else None
    missing = []
    for post in row.posts:
        of_post = [service for service in services if service.post == post]
        held = [service for service in of_post if service.to_on is None]
        ended = [s for s in of_post if s.to_on and (first is None or first <= s.to_on)]
        if held:
            _say_other_day(row, held[0])
            if row.in_charge and post == row.seat and not held[0].in_charge:
                message = _("The portal knows this post, but not that its holder is in charge.")
                row.ask("K09_in_charge", message, stays_question("K09_in_charge"))
            continue
        missing.append(post)
        if ended:
            last = max(ended, key=lambda service: service.to_on or datetime.date.min)
            message = _("This service ended on %(day)s in the portal. Has it begun again?")
            question = again_question("K06_ended", last)
            if row.ask("K06_ended", message % {"day": last.to_on}, question) == AGAIN:
                row.again.append(post)
    return missing


def _say_other_day(row: PlannedRow, service: Affiliation) -> None:
    first = row.appointed.first_day() if row.appointed else None
    if first and service.from_on != first:
        message = _("The portal knows another first day in post; it stays.")
        row.add("K05_kept", Outcome.ACCEPT, message)


def _seat(row: PlannedRow, known: Known) -> None:
    """A seat that somebody else holds, and a second seat of a secretary, are left to a person.

    A list that is complete says it itself: who is named here has the seat, and who is named here
    only has moved.
    """
    if row.seat not in row.beginning or row.place is None:
        return
    for holder in known.at_place[row.place.pk]:
        mine = holder.person_id == row.person_id
        if holder.counts_as_secretary and holder.to_on is None and not mine:
            _taken(row, holder, complete=bool(known.complete_below))
    for service in known.secretary_of.get(row.person_id or 0, ()):
        if service.place is not None and service.place.pk != row.place.pk:
            _elsewhere(row, service, service.place, known)


def _elsewhere(row: PlannedRow, service: Affiliation, place: Place, known: Known) -> None:
    if known.complete_below and place.path.startswith(known.complete_below):
        row.second = (row.name, place.pk) in known.named
        if not row.second:
            row.ending.append(service.pk)
            message = _("Moved here from %(place)s.") % {"place": place}
            row.add("K08_elsewhere", Outcome.ACCEPT, message)
        return
    if row.concurrent:
        return
    message = _("This person is secretary of %(place)s. A move, or a second post?")
    question = elsewhere_question("K08_elsewhere", service)
    answer = row.ask("K08_elsewhere", message % {"place": place}, question)
    row.second = answer == SECOND
    if answer == MOVE:
        row.ending.append(service.pk)


def _taken(row: PlannedRow, holder: Affiliation, *, complete: bool) -> None:
    facts = {"person": holder.person.name}
    if complete:
        row.ending.append(holder.pk)
        row.add("K07_seat_taken", Outcome.ACCEPT, _("Follows %(person)s.") % facts)
        return
    message = _("%(person)s is secretary here in the portal. Has the secretary changed?")
    if (
        row.ask("K07_seat_taken", message % facts, seat_question("K07_seat_taken", holder))
        == SUCCEED
    ):
        row.ending.append(holder.pk)
