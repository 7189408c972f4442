"""What a view of the directory asks for: read from its address, written back into one.

A value that is none of its choices is as if it were not asked: an old bookmark still opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from committees.models import Affiliation, Person, Place
from committees.models.people import Post

UNKNOWN = "unknown"
NEW_YEARS = 3
LONGEST_NAME = 80


class Who(TextChoices):
    """Which people: an area has those who serve today, those who did, and a base has guests."""

    SERVING = "", _("In post")
    FORMER = "former", _("Formerly in post")
    GUESTS = "guests", _("Guests of my classes")


class Age(TextChoices):
    """Bands of age in full years, as the yearly statistics of the offices have them."""

    TO_35 = "35", _("35 or younger")
    TO_45 = "45", _("36 to 45")
    TO_54 = "54", _("46 to 54")
    FROM_55 = "55", _("55 or older")


class Since(TextChoices):
    NEW = "new", _("3 years or less")
    LONGER = "longer", _("More than 3 years")


_NOT_KNOWN = (UNKNOWN, _("Not known"))
Choices = tuple[tuple[str, Any], ...]
# name in the address -> label and choices; in the order of the page.
FILTERS: Mapping[str, tuple[Any, Choices]] = {
    "who": (_("Who"), tuple(Who.choices)),
    "post": (_("Post"), tuple(Post.choices)),
    "sex": (_("Sex"), (*Person.Sex.choices, _NOT_KNOWN)),
    "age": (_("Age"), (*Age.choices, _NOT_KNOWN)),
    "education": (_("Education"), (*Person.Education.choices, _NOT_KNOWN)),
    "source": (_("Source of secretary"), (*Affiliation.Source.choices, _NOT_KNOWN)),
    "since": (_("In post for"), (*Since.choices, _NOT_KNOWN)),
    "mobile": (_("Mobile"), (("none", _("Without a number")),)),
}
# Of people who serve elsewhere, or no longer here, these are nobody's business.
OF_SERVING_ONLY = ("sex", "age", "education", "source", "since", "mobile")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One view of the directory. "" in a field: not asked."""

    q: str = ""
    place: Place | None = None
    who: str = ""
    post: str = ""
    sex: str = ""
    age: str = ""
    education: str = ""
    source: str = ""
    since: str = ""
    mobile: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any], place: Place | None = None) -> Wanted:
        """From an address; `place` was found (and seen) by the caller."""
        chosen = {
            name: value
            for name, (_label, choices) in FILTERS.items()
            if (value := query.get(name, "")) and any(value == code for code, _name in choices)
        }
        if chosen.get("who"):
            chosen = {key: value for key, value in chosen.items() if key not in OF_SERVING_ONLY}
        if chosen.get("who") == Who.GUESTS:
            chosen.pop("post", None)
        text = " ".join(query.get("q", "").replace("\x00", "").split())[:LONGEST_NAME]
        return cls(q=text, place=place, **chosen)

    @property
    def chosen(self) -> dict[str, str]:
        """Filters in use by their name in the address."""
        return {name: value for name in FILTERS if (value := getattr(self, name))}

    @property
    def query(self) -> str:
        """This view as the end of an address, without a question mark."""
        asked = {"q": self.q, "place": self.place.pk if self.place else ""} | self.chosen
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def is_narrow(self) -> bool:
        """Is anything asked beyond "everybody in post"?"""
        return bool(self.q or self.place or self.chosen)

    def without(self, name: str) -> Wanted:
        """The same view with one wish less."""
        changes: dict[str, Any] = {name: None if name == "place" else ""}
        return replace(self, **changes)

    def in_words(self) -> list[tuple[str, str, str]]:
        """(name, label, value) of each filter in use, the place first."""
        said = [("place", str(_("Place")), self.place.name)] if self.place else []
        for name, value in self.chosen.items():
            label, choices = FILTERS[name]
            said.append((name, str(label), str(dict(choices)[value])))
        return said
