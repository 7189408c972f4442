"""What becomes of tutoring when two records are one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.merging.journal import Journal
from committees.merging.rules import Fold, Remark, Rule, SameFact
from committees.models import Person
from core import registries, summaries
from tutors.figures import PAIRINGS
from tutors.models import OPEN_STATES, Pairing

# Of one pair that stands twice, the one that has come further counts.
FURTHEST = (
    *("terminated", "draft", "proposed", "reported", "accepted", "paused", "active", "extended"),
    *("assessing", "graduated"),
)


class SameAppointment(SameFact):
    earliest = ("from_on",)


class OnePair(Rule):
    """The same pair of a batch stands once; two open pairs with different tutors stop the merge,
    because it is for people to say which one goes on."""

    def rank(self, row: Pairing, *, of_kept: bool) -> Any:
        return FURTHEST.index(row.state), of_kept

    def stops(self, actor: Any, stays: Pairing, folds: Pairing) -> str:
        if stays.batch_id == folds.batch_id and self._same_sides(stays, folds):
            return ""
        return _(
            "Both records are pupils of an open pair (%(one)s; %(two)s). End one of them first."
        ) % {
            "one": stays,
            "two": folds,
        }

    def _same_sides(self, stays: Pairing, folds: Pairing) -> bool:
        return stays.tutor_id == folds.tutor_id or stays.pupil_id == folds.pupil_id

    def says(self, stays: Pairing, folds: Pairing) -> str:
        return _("The pair “%(pair)s” stands twice. The one “%(state)s” stays; the other ends.") % {
            "pair": stays,
            "state": stays.get_state_display(),
        }

    def fold(self, actor: Any, stays: Pairing, folds: Pairing, journal: Journal) -> Fold:
        ended = folds.to_on or max(timezone.localdate(), folds.from_on)
        journal.change(folds, state=Pairing.State.TERMINATED, to_on=ended)
        return Fold.ALONG


def tutor_and_pupil(actor: Any, kept: Person, gone: Person) -> Iterator[Remark]:
    """Nobody is tutor and pupil at once, and nobody her own tutor."""
    both = [kept.pk, gone.pk]
    running = Pairing.objects.filter(state__in=OPEN_STATES)
    sides = list(
        running.filter(Q(tutor__in=both) | Q(pupil__in=both)).values_list("tutor_id", "pupil_id")
    )
    teaches = {tutor for tutor, _pupil in sides if tutor in both}
    learns = {pupil for _tutor, pupil in sides if pupil in both}
    if teaches and learns:
        yield Remark(
            _("One record is a tutor and the other a pupil in open pairs. End one of them first."),
            stops=True,
        )


@contextmanager
def following(people: Iterable[int]) -> Iterator[None]:
    """Note what the block changes in the figure of pairs under way."""
    people = list(people)
    before = _underway(people)
    yield
    change = _underway(people)
    change.subtract(before)
    for place_id, amount in sorted(change.items()):
        if amount:
            summaries.add(PAIRINGS.key, place_id=place_id, amount=amount)


def _underway(people: list[int]) -> Counter[int]:
    rows = Pairing.objects.underway().filter(Q(tutor__in=people) | Q(pupil__in=people))
    return Counter(rows.values_list("pupil_unit_id", flat=True))


def register() -> None:
    """Called once by TutorsConfig.ready."""
    registries.merge_rules.add("tutors.tutorappointment", SameAppointment())
    registries.merge_rules.add("tutors.batchmention", SameFact())
    registries.merge_rules.add("tutors.pairing", OnePair())
    registries.merge_remarks.add("tutor and pupil", tutor_and_pupil)
    registries.person_followers.add("pairs under way", following)
