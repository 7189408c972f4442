"""Finding the street and the committee that an office means, without guessing.

A committee is looked for within one sub-district only. Names are compared in forms that say the
same (居民区, 居委会, 社区居委会, no suffix, the street in front, 第二 or 二 or 2, a former name);
one place must remain. A housing estate (小区) is no committee: it only proposes one, for a person
to confirm.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from committees.models import Place, PlaceHistory
from committees.words import words_for

RESIDENTIAL = ("社区居民委员会", "社区居委会", "居民委员会", "居委会", "居民区", "居委", "社区")
VILLAGE = ("村民委员会", "村委会", "村委")
STREET = ("街道办事处", "街道", "镇", "乡")
_PARTY = re.compile("(联合)?(党委|党总支部?|党支部|党组织|党工委)$")
_ESTATE = re.compile("(小区)(居委会|居民区)?$")
_SEVERAL = re.compile("[、/,，;；+&]|和(?=.{2,})")
_BRACKETS = re.compile("[（(]([^）)]*)[）)]")
_DIGITS = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_HAN = "零一二三四五六七八九"


class How(StrEnum):
    """By what a place was recognised."""

    USUAL = "usual"  # its name, or its name with the district's own word for a committee
    ALIAS = "alias"
    OLD = "old"
    ESTATE = "estate"
    SEVERAL = "several"
    UNKNOWN = "unknown"


SURE = frozenset({How.USUAL, How.ALIAS, How.OLD})


@dataclass(frozen=True, slots=True)
class PlaceFact:
    """What matching needs to know of a place."""

    pk: int
    code: str
    name: str
    kind: str
    level: int
    parent_id: int | None
    path: str


@dataclass(frozen=True, slots=True)
class Match:
    """`place` where one is sure; `proposals` are what a person may choose from."""

    how: How
    place: PlaceFact | None = None
    proposals: tuple[PlaceFact, ...] = ()


UNKNOWN = Match(How.UNKNOWN)


def canonical(text: str) -> str:
    """One form of a name: no spaces, numbers below 100 in hanzi."""
    return _DIGITS.sub(lambda found: _han(int(found[0])), "".join(text.split()))


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _HAN[ones]
    return ("" if tens == 1 else _HAN[tens]) + "十" + (_HAN[ones] if ones else "")


def stems(name: str) -> list[str]:
    """A name without the words for a committee: 师大二村社区居委会 -> 师大二村社区, 师大二村."""
    name = _PARTY.sub("", name) or name
    found = [name[: -len(word)] for word in (*RESIDENTIAL, *VILLAGE) if name.endswith(word)]
    if name.endswith("村委会"):
        found.append(name[:-2])  # 张桥村委会: the committee of 张桥村
    return [stem for stem in dict.fromkeys(found) if stem]


@dataclass(slots=True)
class _Names:
    """Names of the places below one parent, from the surest form to the loosest."""

    exact: dict[str, list[PlaceFact]] = field(default_factory=lambda: defaultdict(list))
    stem: dict[str, list[PlaceFact]] = field(default_factory=lambda: defaultdict(list))
    old: dict[str, list[PlaceFact]] = field(default_factory=lambda: defaultdict(list))
    loose: dict[str, list[PlaceFact]] = field(default_factory=lambda: defaultdict(list))

    def add(self, place: PlaceFact) -> None:
        name = canonical(place.name)
        _put(self.exact, name, place)
        for stem in stems(name):
            _put(self.stem, stem, place)
        for form in (name, *stems(name)):
            _put(self.loose, form.replace("第", ""), place)

    def add_old(self, name: str, place: PlaceFact) -> None:
        name = canonical(name)
        for form in (name, *stems(name)):
            _put(self.old, form, place)

    def all(self) -> Iterator[PlaceFact]:
        for places in self.exact.values():
            yield from places


def _put(index: dict[str, list[PlaceFact]], key: str, place: PlaceFact) -> None:
    if place not in index[key]:
        index[key].append(place)


class Places:
    """The standing places below one place, ready to be matched; built with four queries."""

    def __init__(self, within: Place) -> None:
        self.within = within
        self.facts = {fact.pk: fact for fact in _facts(Place.objects.under(within).standing())}
        above = [int(part) for part in within.path.strip("/").split("/")[:-1]]
        self.above = {fact.pk: fact for fact in _facts(Place.objects.filter(pk__in=above))}
        self.by_code = {fact.code: fact for fact in self.facts.values() if fact.code}
        everywhere = (*self.above.values(), *self.facts.values())
        self.streets = [fact for fact in everywhere if fact.level == Place.Level.SUBDISTRICT]
        self.below: dict[int, _Names] = defaultdict(_Names)
        for fact in self.facts.values():
            if fact.level == Place.Level.COMMITTEE and fact.parent_id:
                self.below[fact.parent_id].add(fact)
        self.old_streets: dict[str, list[PlaceFact]] = defaultdict(list)
        self._read_history()
        self._words: dict[str, str] = {}
        self._streets: dict[tuple[str, str], Match] = {}

    def _read_history(self) -> None:
        past = PlaceHistory.objects.filter(place__in=Place.objects.under(self.within))
        for place_id, name in past.values_list("place_id", "name_zh").order_by("pk"):
            fact = self.facts.get(place_id)
            if fact is None or fact.name == name:
                continue
            if fact.level == Place.Level.SUBDISTRICT:
                _put(self.old_streets, canonical(name), fact)
            elif fact.level == Place.Level.COMMITTEE and fact.parent_id:
                self.below[fact.parent_id].add_old(name, fact)

    def only_street(self) -> PlaceFact | None:
        """The one sub-district that `within` leaves."""
        below = self.within.level >= Place.Level.SUBDISTRICT
        return self.streets[0] if below and len(self.streets) == 1 else None

    def district_of(self, place: PlaceFact) -> PlaceFact | None:
        """The district above, or the city where a sub-district hangs on a city."""
        line = [int(part) for part in place.path.strip("/").split("/")]
        facts = [self.facts.get(pk) or self.above.get(pk) for pk in line]
        for level in (Place.Level.DISTRICT, Place.Level.CITY):
            for fact in facts:
                if fact and fact.level == level:
                    return fact
        return None

    def street(self, text: str, district: str = "") -> Match:
        """The sub-district named `text`; `district` narrows where the sheet names one."""
        if (text, district) not in self._streets:  # a list names few, many times
            self._streets[text, district] = self._find_street(text, district)
        return self._streets[text, district]

    def _find_street(self, text: str, district: str) -> Match:
        name = canonical(text)
        streets = [fact for fact in self.streets if self._lies_in(fact, district)]
        for fact in streets:
            above = self.district_of(fact)
            if above and name.startswith(above.name) and name != above.name:
                name = name.removeprefix(above.name)
                break
        name = _PARTY.sub("", name) or name
        if exact := [fact for fact in streets if canonical(fact.name) == name]:
            usual = How.USUAL if name == text else How.ALIAS
            return _one(exact, usual)
        if former := [fact for fact in self.old_streets.get(name, ()) if fact in streets]:
            return _one(former, How.OLD)
        forms = {name, *_street_stems(name)}
        return _one([f for f in streets if forms & _street_stems(canonical(f.name))], How.ALIAS)

    def _lies_in(self, street: PlaceFact, district: str) -> bool:
        if not district:
            return True
        above = self.district_of(street)
        wanted = canonical(district)
        return bool(above) and (
            wanted.endswith(above.name) or above.name[:-1] == wanted  # type: ignore[union-attr]
        )

    def committee(self, text: str, street: PlaceFact) -> Match:
        """The committee of `street` that `text` names."""
        names = self.below[street.pk]
        for form in self._forms(canonical(text), street):
            if match := self._named(form, names, street, text):
                return match
        return self._proposed(canonical(text), street)

    def _forms(self, name: str, street: PlaceFact) -> Iterator[str]:
        """`name`, then without what stands in front of it or in brackets behind."""
        yield name
        district = self.district_of(street)
        fronts = [district.name] if district else []
        fronts += [canonical(street.name), *_street_stems(canonical(street.name))]
        bare = name
        for front in fronts:
            if bare.startswith(front) and len(bare) > len(front):
                bare = bare.removeprefix(front).lstrip("·-—")
                yield bare
        outside = _BRACKETS.sub("", name)
        if outside != name and outside:
            yield outside

    def _named(self, form: str, names: _Names, street: PlaceFact, text: str) -> Match | None:
        if found := names.exact.get(form):
            return _one(found, How.USUAL if form == text else How.ALIAS)
        forms = [form, *stems(form)]
        for index, how in ((names.stem, How.ALIAS), (names.old, How.OLD)):
            for key in forms:
                if found := index.get(key):
                    usual = how == How.ALIAS and text == key + self._word(street)
                    return _one(_of_kind(form, found), How.USUAL if usual else how)
        for key in forms:
            if found := names.loose.get(key.replace("第", "")):
                return _one(_of_kind(form, found), How.ALIAS)
        return None

    def _word(self, street: PlaceFact) -> str:
        """The district's word for a committee's area, as 居民区."""
        if street.path not in self._words:
            self._words[street.path] = words_for(street.path).area_zh
        return self._words[street.path]

    def _proposed(self, name: str, street: PlaceFact) -> Match:
        """What the text may mean, for a person to say; nothing is taken."""
        names = self.below[street.pk]
        estate = _ESTATE.sub("", name)
        if estate and estate != name:
            for form in self._forms(estate, street):
                if match := self._named(form, names, street, form):
                    found = (match.place,) if match.place else match.proposals
                    return Match(How.ESTATE, None, found)
        parts = [part for part in _SEVERAL.split(name) if part]
        if len(parts) > 1:
            matches = [self._named(part, names, street, part) for part in parts]
            found = tuple({m.place for m in matches if m and m.place})
            if found:
                return Match(How.SEVERAL, None, found)
        return UNKNOWN

    def near(self, text: str, street: PlaceFact) -> list[str]:
        """Names of the street that look like `text`, for the message only."""
        named = {canonical(fact.name): fact.name for fact in self.below[street.pk].all()}
        close = difflib.get_close_matches(canonical(text), named, n=3, cutoff=0.6)
        return [named[name] for name in close]


def _street_stems(name: str) -> set[str]:
    return {name.removesuffix(word) for word in STREET if name.endswith(word) and name != word}


def _of_kind(form: str, found: list[PlaceFact]) -> list[PlaceFact]:
    """Of places with one stem, those whose kind the words say."""
    if len(found) < 2:
        return found
    village = form.endswith(VILLAGE)
    if not village and not form.endswith(RESIDENTIAL):
        return found
    kinds = [fact for fact in found if (fact.kind == Place.Kind.VILLAGE) == village]
    return kinds or found


def _one(found: list[PlaceFact], how: How) -> Match:
    if len(found) == 1:
        return Match(how, found[0])
    return Match(How.SEVERAL, None, tuple(found)) if found else UNKNOWN


def _facts(places: Iterable[Place]) -> Iterator[PlaceFact]:
    rows = places.values_list(  # type: ignore[attr-defined]
        "pk", "code", "name_zh", "kind", "level", "parent_id", "path"
    )
    for pk, code, name, kind, level, parent_id, path in rows.order_by("pk"):
        yield PlaceFact(pk, code or "", name, kind, level, parent_id, path)
