"""What a person can be asked about a row of a roster, and what the answers do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from committees.matching import PlaceFact
from committees.models.people import Affiliation, Person, Post
from committees.models.place import Place
from committees.roster.outcomes import PlannedRow, Question
from core.crypto import mask_mobile
from core.imports.rows import AS_IT_STANDS, row_key

POSTS = (Post.SECRETARY, Post.DEPUTY, Post.HEAD, Post.MEMBER, Post.WORKER)
NEW = "new"
SUCCEED, MOVE, SECOND, AGAIN = "succeed", "move", "second", "again"
PLACE, POST, NUMBER, PERSON = "place", "post", "number", "person"


def key_of(row: PlannedRow) -> str:
    """What the row says about whom, before anybody answered."""
    place = row.place.pk if row.place else f"{row.street}/{row.committee}"
    return row_key("roster", row.name, row.mobile, place, row.position)


def place_question(code: str, places: Iterable[PlaceFact]) -> Question:
    text = _("Which committee is meant?")
    return Question(code, text, tuple((f"{PLACE}:{fact.pk}", fact.name) for fact in places))


def post_question(code: str) -> Question:
    text = _("Which post is meant?")
    return Question(code, text, tuple((f"{POST}:{post.value}", str(post.label)) for post in POSTS))


def number_question(code: str, numbers: Sequence[str]) -> Question:
    """The answer names the number by its place in the cell: decisions keep no number."""
    choices = [(f"{NUMBER}:{place}", mask_mobile(one)) for place, one in enumerate(numbers)]
    return Question(
        code,
        _("Which number holds?"),
        (*choices, (AS_IT_STANDS, _("Take the row without a number"))),
        facts=row_key(*numbers)[:12],
    )


def person_question(code: str, people: Iterable[Person]) -> Question:
    """Is it one of `people`, or somebody new?"""
    known = list({person.pk: person for person in people}.values())
    choices = [
        (f"{PERSON}:{person.pk}", _("The same person: %(who)s") % {"who": _who(person)})
        for person in known
    ]
    facts = ",".join(str(person.pk) for person in known)
    return Question(
        code,
        _("Who is this?"),
        (*choices, (NEW, _("Somebody new, who is not in the portal yet"))),
        facts=facts,
    )


def _who(person: Person) -> str:
    parts = [str(person), str(person.unit) if person.unit_id else "", person.mobile_mask]
    return " · ".join(part for part in parts if part)


def seat_question(code: str, holder: Affiliation) -> Question:
    label = _("Yes: the service of %(person)s ends, this one begins") % {"person": holder.person}
    text = _("Has the secretary changed?")
    return Question(code, text, ((SUCCEED, label),), facts=str(holder.pk))


def elsewhere_question(code: str, service: Affiliation) -> Question:
    label = _("A move: the service at %(place)s ends") % {"place": service.place}
    choices = ((MOVE, label), (SECOND, _("A second post: both are held")))
    return Question(code, _("A move, or a second post?"), choices, facts=str(service.pk))


def stays_question(code: str) -> Question:
    return Question(code, "", ((AS_IT_STANDS, _("What the portal knows stays")),))


def again_question(code: str, service: Affiliation) -> Question:
    choices = ((AGAIN, _("Yes: a new service begins")),)
    return Question(code, _("Has it begun again?"), choices, facts=str(service.pk))


def settle(rows: Iterable[PlannedRow]) -> None:
    """Take answers to what was found in the file into the rows."""
    places: dict[int, list[PlannedRow]] = {}
    for row in rows:
        for question, answer in row.settle():
            kind, _colon, value = answer.partition(":")
            if kind == POST:
                row.posts = (Post(value),)
                row.position = row.position or str(Post(value).label)
            elif kind == PLACE:
                places.setdefault(int(value), []).append(row)
            elif row.numbers and question.key == "D14_phone_invalid":
                row.mobile = row.numbers[int(value)] if kind == NUMBER else ""
    for fact in _facts(places):
        for row in places[fact.pk]:
            row.place, row.committee = fact, fact.name


def _facts(keys: Iterable[int]) -> list[PlaceFact]:
    columns = ("pk", "code", "name_zh", "kind", "level", "parent_id", "path")
    rows = Place.objects.standing().filter(pk__in=list(keys)).values_list(*columns)
    return [
        PlaceFact(pk, code or "", name, kind, level, parent, path)
        for pk, code, name, kind, level, parent, path in rows
    ]
