"""Rows of a roster compared with what the portal knows: who is new, what is added, what conflicts.

What somebody has written here is never overwritten: a contradiction becomes a row to review. The
same questions are asked again, under lock, when a chunk is applied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from committees.models import Affiliation, Person
from committees.models.people import Post
from committees.roster.outcomes import Change, Outcome, PlannedRow
from committees.roster.people import SEXES
from core import crypto

BATCH = 500


@dataclass(slots=True)
class Known:
    """What the portal knows about the people and places of some rows."""

    by_number: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    at_place: dict[int, list[Affiliation]] = field(default_factory=lambda: defaultdict(list))
    secretary_of: dict[int, list[Affiliation]] = field(default_factory=lambda: defaultdict(list))
    names: set[str] = field(default_factory=set)


def resolve(rows: Iterable[PlannedRow]) -> None:
    """Set `change` and `person_id` of the rows that could be applied, or a reason to review."""
    fresh = []
    for row in rows:
        if row.settled is not None:
            del row.findings[row.settled :]
        row.settled = len(row.findings)
        row.change = row.person_id = None
        row.beginning = []
        if row.applies() and row.place is not None:
            fresh.append(row)
    for start in range(0, len(fresh), BATCH):
        batch = fresh[start : start + BATCH]
        known = _look_up(batch)
        for row in batch:
            _resolve(row, known)


def _look_up(rows: Sequence[PlannedRow]) -> Known:
    """Four queries for a batch of rows."""
    known = Known()
    numbers = {crypto.mobile_index(row.mobile) for row in rows if row.mobile}
    people = list(Person.objects.filter(mobile_index__in=numbers).order_by("pk"))
    for person in people:
        known.by_number[person.mobile_index].append(person)
    places = {row.place.pk for row in rows if row.place}
    served = Affiliation.objects.filter(place__in=places).select_related("person").order_by("pk")
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
    if person is not None:
        row.person_id = person.pk
        _contradictions(row, person)
    row.beginning = _missing_posts(row, known)
    _seat(row, known, row.beginning)
    if not row.applies():
        return
    if person is None:
        row.change = Change.CREATED
    elif row.beginning or blanks(row, person):
        row.change = Change.UPDATED
    else:
        row.change = Change.UNCHANGED


def _person(row: PlannedRow, known: Known) -> Person | None:
    """Who the row means: number and name, or name and unit. Never the name alone."""
    number = crypto.mobile_index(row.mobile)
    sharing = known.by_number[number]
    same = [person for person in sharing if person.name_zh == row.name]
    if not same and row.place:
        at_place = known.at_place[row.place.pk]
        same = list(
            {s.person_id: s.person for s in at_place if s.person.name_zh == row.name}.values()
        )
        if len(same) == 1 and same[0].mobile_index not in ("", number):
            message = _("Another number is kept for this person here. Which one holds?")
            row.add("K01_other_number", Outcome.REVIEW, message)
            return None
        if not same and {p.pk for p in sharing} & {s.person_id for s in at_place}:
            message = _("This number is kept for somebody of another name in the same committee.")
            row.add("K02_other_name", Outcome.REVIEW, message)
            return None
    if len(same) > 1:
        row.add("K03_ambiguous", Outcome.REVIEW, _("Several people here fit this row."))
        return None
    if not same:
        _say_neighbours(row, known, bool(sharing))
    return same[0] if same else None


def _say_neighbours(row: PlannedRow, known: Known, shared: bool) -> None:
    if shared:
        message = _("Somebody of another name has the same number.")
        row.add("D27_shared_phone", Outcome.ACCEPT, message)
    if row.name in known.names and "D03_same_name_other_person" not in row.codes:
        message = _("Somebody else of this name is known.")
        row.add("D03_same_name_other_person", Outcome.ACCEPT, message)


def _contradictions(row: PlannedRow, person: Person) -> None:
    pairs = [
        (_("sex"), person.sex, SEXES.get(row.sex, "")),
        (_("year of birth"), person.birth_year, row.birth.year if row.birth else None),
        (_("month of birth"), person.birth_month, row.birth.month if row.birth else None),
    ]
    wrong = [str(what) for what, here, there in pairs if here and there and here != there]
    if wrong:
        message = _("The portal knows another %(what)s of this person. Nothing was changed.")
        row.add("K04_contradiction", Outcome.REVIEW, message % {"what": _(", ").join(wrong)})
    if person.education and row.education and person.education != row.education:
        message = _("The portal knows another education; it stays.")
        row.add("K05_kept", Outcome.ACCEPT, message)


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
        ended = [s.to_on for s in of_post if s.to_on and (first is None or first <= s.to_on)]
        if held:
            _say_other_day(row, held[0])
            if row.in_charge and post == row.seat and not held[0].in_charge:
                message = _("The portal knows this post, but not that its holder is in charge.")
                row.add("K09_in_charge", Outcome.REVIEW, message)
        elif ended:
            message = _("This service ended on %(day)s in the portal. Has it begun again?")
            row.add("K06_ended", Outcome.REVIEW, message % {"day": max(ended)})
        else:
            missing.append(post)
    return missing


def _say_other_day(row: PlannedRow, service: Affiliation) -> None:
    first = row.appointed.first_day() if row.appointed else None
    if first and service.from_on != first:
        message = _("The portal knows another first day in post; it stays.")
        row.add("K05_kept", Outcome.ACCEPT, message)


def _seat(row: PlannedRow, known: Known, missing: Sequence[Post]) -> None:
    """A seat that somebody else holds, and a second seat of a secretary, are left to a person."""
    if row.seat not in missing or row.place is None:
        return
    holders = [
        s.person.name
        for s in known.at_place[row.place.pk]
        if s.counts_as_secretary and s.to_on is None and s.person_id != row.person_id
    ]
    if holders:
        message = _("%(person)s is secretary here in the portal. Has the secretary changed?")
        row.add("K07_seat_taken", Outcome.REVIEW, message % {"person": holders[0]})
    elsewhere = [s for s in known.secretary_of.get(row.person_id or 0, ()) if s.place]
    if elsewhere and not row.concurrent:
        message = _("This person is secretary of %(place)s. A move, or a second post?")
        row.add("K08_elsewhere", Outcome.REVIEW, message % {"place": elsewhere[0].place})
