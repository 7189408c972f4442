"""Pairs of which one side leaves the post: marked the same day, settled by the organiser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Affiliation
from core import audit
from core.prepared import prepared
from core.registries import Consequence
from tutors.models import Pairing, PairingQuerySet


def _open_pairs(people: Iterable[int]) -> PairingQuerySet:
    keys = set(people)
    rows = Pairing.objects.open().filter(Q(tutor__in=keys) | Q(pupil__in=keys))
    return rows.select_related("tutor", "pupil", "batch").order_by("pk")


@prepared
def _pairs_of(person_id: int) -> QuerySet[Pairing]:
    """`_open_pairs` of one person: an import asks it for each of thousands."""
    rows = Pairing.objects.open().filter(Q(tutor=person_id) | Q(pupil=person_id))
    return rows.select_related("tutor", "pupil", "batch").order_by("pk")


def _unit_in(pairing: Pairing, person_id: int) -> int:
    """The unit a side had when the pair began."""
    if pairing.tutor_id == person_id:
        return pairing.tutor_unit_id
    return pairing.pupil_unit_id


def post_changed(*, actor: Any, affiliation: Affiliation, change: str) -> None:
    """Hears `appointment_changed`: a pair whose tutor or pupil left the unit is to be settled.

    Somebody who takes up another post in the same unit on the same day has not left it.
    """
    here, person = affiliation.place_id, affiliation.person_id
    if here is None:
        return
    today = timezone.localdate()
    for pairing in _pairs_of(person):
        if _unit_in(pairing, person) != here:
            continue
        if change == "ended" and pairing.unsettled_since is None and _is_gone(affiliation):
            _mark(actor, pairing, today)
        elif change in ("began", "reopened") and pairing.unsettled_since == today:
            _mark(actor, pairing, None)


def _is_gone(affiliation: Affiliation) -> bool:
    still = Affiliation.objects.open().filter(
        person=affiliation.person_id, place=affiliation.place_id
    )
    return affiliation.counts_as_secretary or not still.exists()


def _mark(actor: Any, pairing: Pairing, day: Any) -> None:
    before, pairing.unsettled_since = pairing.unsettled_since, day
    pairing.save(update_fields=["unsettled_since"])
    audit.record(
        actor=actor,
        action="tutors.unsettle_pairing" if day else "tutors.settle_pairing",
        obj=pairing,
        before={"unsettled": before},
        after={"unsettled": day},
        unit_id=pairing.pupil_unit_id,
    )


def settle_pairing(*, actor: Any, pairing: Pairing) -> Pairing:
    """The pair goes on as it is, although one side left the unit. Twice changes nothing."""
    with transaction.atomic():
        held = Pairing.objects.select_for_update(of=("self",)).get(pk=pairing.pk)
        if held.unsettled_since is not None:
            _mark(actor, held, None)
    return held


def consequences(move: Any, viewer: Any) -> Iterator[Consequence]:
    """The lines of tutoring in the preview of a change of people."""
    ended = [e.service for e in move.endings]
    kept = [b.service for b in move.beginnings] + list(move.staying)
    still = {(row.person_id, row.place_id) for row in kept}
    gone = {
        (row.person_id, row.place_id): row
        for row in ended
        if row.place_id is not None and (row.person_id, row.place_id) not in still
    }
    people = {person for person, _place in gone}
    for pairing in _open_pairs(people) if people else ():
        for person in (pairing.tutor, pairing.pupil):
            if (person.pk, _unit_in(pairing, person.pk)) in gone:
                yield _line(pairing, person.pk)


def _line(pairing: Pairing, leaving: int) -> Consequence:
    facts = {"tutor": pairing.tutor.name, "pupil": pairing.pupil.name}
    if leaving == pairing.tutor_id:
        text = _(
            "Tutoring: %(tutor)s is tutor of %(pupil)s. The pair is marked, so that a stand-in can "
            "be found."
        )
    else:
        text = _(
            "Tutoring: %(pupil)s is tutored by %(tutor)s. The pair is marked; say whether it goes "
            "on or ends."
        )
    url = reverse("tutors:pairing-detail", args=[pairing.public_id])
    return Consequence(text % facts, "look", url)
