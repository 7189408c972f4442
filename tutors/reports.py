"""What the pages of tutoring show, as plain data: tutors, pupils and pairs are three figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from committees.models import Place, ReportedIndicator
from tutors.models import OPEN_STATES, UNDERWAY_STATES, Batch, BatchMention, Pairing


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


def batch_report(
    batch: Batch, pairings: Sequence[Pairing], mentions: Sequence[BatchMention]
) -> BatchReport:
    """Count what stands on record; `pairings` carry their units. One query for the streets."""
    counted = [row for row in pairings if batch.historical or row.state in OPEN_STATES]
    named_tutors = [m.person_id for m in mentions if m.side == BatchMention.Side.TUTOR]
    named_pupils = [m.person_id for m in mentions if m.side == BatchMention.Side.PUPIL]
    return BatchReport(
        tutors=len({row.tutor_id for row in counted} | set(named_tutors)),
        pupils=len({row.pupil_id for row in counted} | set(named_pupils)),
        pairs=len(counted),
        underway=sum(row.state in UNDERWAY_STATES for row in counted),
        streets=_coverage(batch, counted, mentions),
    )


def _coverage(
    batch: Batch, pairings: Sequence[Pairing], mentions: Sequence[BatchMention]
) -> list[StreetCoverage]:
    working = [row for row in pairings if batch.historical or row.state in UNDERWAY_STATES]
    pupil_units = {row.pupil_id: row.pupil_unit.path for row in working}
    tutor_units = {row.tutor_id: row.tutor_unit.path for row in working}
    for mention in mentions:
        side = pupil_units if mention.side == BatchMention.Side.PUPIL else tutor_units
        side[mention.person_id] = mention.unit.path
    streets = (
        Place.objects.under(batch.district)
        .standing()
        .filter(level=Place.Level.SUBDISTRICT, hidden=False)
        .order_by("code", "pinyin", "pk")
    )
    return [
        StreetCoverage(
            name=street.name,
            pupils=sum(path.startswith(street.path) for path in pupil_units.values()),
            tutors=sum(path.startswith(street.path) for path in tutor_units.values()),
        )
        for street in streets
    ]


def reported_figures(district: Place) -> list[ReportedIndicator]:
    """Figures of tutoring that a document reports for `district`; apart from counted ones."""
    return list(
        ReportedIndicator.objects.filter(place=district, key__endswith="-coverage").order_by("key")
    )
