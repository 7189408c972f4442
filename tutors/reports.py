"""What the pages of tutoring show, as plain data: tutors, pupils and pairs are three figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet

from committees.models import Place, ReportedIndicator
from core.prepared import prepared
from core.words import in_language
from tutors.models import OPEN_STATES, UNDERWAY_STATES, Batch, BatchMention, Pairing


class Pair(NamedTuple):
    """What counts of a pairing."""

    state: str
    tutor_id: int
    pupil_id: int
    tutor_path: str
    pupil_path: str


@dataclass(frozen=True, slots=True)
class StreetCoverage:
    """A sub-district or town: pupils and tutors of its units in pairs under way."""

    name: str
    pupils: int
    tutors: int

    @property
    def reached(self) -> bool:
        return self.pupils > 0


@dataclass(frozen=True, slots=True)
class BatchReport:
    """A batch in figures. People are counted once, however many pairs they belong to."""

    tutors: int
    pupils: int
    pairs: int
    underway: int
    streets: Sequence[StreetCoverage]

    @property
    def reached(self) -> int:
        return sum(street.reached for street in self.streets)


@prepared
def _pairs(batch_id: int) -> QuerySet[Pairing, tuple[Any, ...]]:
    columns = ("state", "tutor_id", "pupil_id", "tutor_unit__path", "pupil_unit__path")
    return Pairing.objects.filter(batch_id=batch_id).values_list(*columns)


@prepared
def _streets(path: str) -> QuerySet[Place, tuple[str, str, str]]:
    rows = Place.objects.standing().filter(
        path__under=path, level=Place.Level.SUBDISTRICT, hidden=False
    )
    return rows.order_by("code", "pinyin", "pk").values_list("name_zh", "name_en", "path")


@prepared
def _reported(place_id: int) -> QuerySet[ReportedIndicator]:
    rows = ReportedIndicator.objects.filter(place_id=place_id, key__endswith="-coverage")
    return rows.order_by("key")


def batch_report(batch: Batch, mentions: Sequence[BatchMention]) -> BatchReport:
    """Count what stands on record of the whole batch. Two queries: pairs, sub-districts."""
    pairs = [Pair(*row) for row in _pairs(batch.pk) if batch.historical or row[0] in OPEN_STATES]
    named_tutors = [m.person_id for m in mentions if m.side == BatchMention.Side.TUTOR]
    named_pupils = [m.person_id for m in mentions if m.side == BatchMention.Side.PUPIL]
    return BatchReport(
        tutors=len({pair.tutor_id for pair in pairs} | set(named_tutors)),
        pupils=len({pair.pupil_id for pair in pairs} | set(named_pupils)),
        pairs=len(pairs),
        underway=sum(pair.state in UNDERWAY_STATES for pair in pairs),
        streets=_coverage(batch, pairs, mentions),
    )


def _coverage(
    batch: Batch, pairs: Sequence[Pair], mentions: Sequence[BatchMention]
) -> list[StreetCoverage]:
    working = [pair for pair in pairs if batch.historical or pair.state in UNDERWAY_STATES]
    pupil_units = {pair.pupil_id: pair.pupil_path for pair in working}
    tutor_units = {pair.tutor_id: pair.tutor_path for pair in working}
    for mention in mentions:
        side = pupil_units if mention.side == BatchMention.Side.PUPIL else tutor_units
        side[mention.person_id] = mention.unit.path
    return [
        StreetCoverage(
            name=in_language(zh, en),
            pupils=sum(unit.startswith(path) for unit in pupil_units.values()),
            tutors=sum(unit.startswith(path) for unit in tutor_units.values()),
        )
        for zh, en, path in _streets(batch.district.path)
    ]


def reported_figures(district: Place) -> list[ReportedIndicator]:
    """Figures of tutoring that a document reports for `district`; apart from counted ones."""
    return list(_reported(district.pk))
