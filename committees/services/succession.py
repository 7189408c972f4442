"""Who follows a closed place: decided by a person, from proposals or by an own choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Closure, Place, Successor
from core import audit, registries
from core.errors import DomainError
from core.scope import scope_of


class WrongSuccessor(DomainError):
    code = "wrong_successor"


def decide_closure(
    *, actor: Any, closure: Closure, successors: Sequence[Place], reason: str = ""
) -> Closure:
    """Say which places took over from a closed one, or, with a reason, that none did.

    Records keep the closed place as their unit; people who still serve there stay until their
    service is ended or moved. Raises WrongSuccessor when it is decided already, when a successor
    is closed, of another level or the place itself, and when neither successor nor reason is given.
    """
    with transaction.atomic():
        held = (
            Closure.objects.select_for_update(of=("self",), no_key=True)
            .select_related("place")
            .get(pk=closure.pk)
        )
        if held.state != Closure.State.PROPOSED:
            raise WrongSuccessor(_("This has been decided already."))
        _check(held.place, successors, reason.strip())
        chosen = {place.pk for place in successors}
        held.successors.filter(place__in=chosen).update(confirmed=True)
        known = set(held.successors.values_list("place_id", flat=True))
        Successor.objects.bulk_create(
            [
                Successor(closure=held, place=place, why=Successor.Why.CHOSEN, confirmed=True)
                for place in successors
                if place.pk not in known
            ]
        )
        held.state = Closure.State.CONFIRMED if successors else Closure.State.ENDED
        held.reason = reason.strip()
        held.decided_at, held.decided_by = timezone.now(), scope_of(actor).label[:120]
        held.save(update_fields=["state", "reason", "decided_at", "decided_by"])
        audit.record(
            actor=actor,
            action="closure.confirm" if successors else "closure.end",
            obj=held,
            after={"successors": [place.name_zh for place in successors]},
            reason=held.reason,
            unit_id=held.place_id,
        )
        if successors:
            registries.place_succeeded.emit(
                actor=actor, place=held.place, successors=list(successors), on=held.closed_on
            )
    return held


def _check(gone: Place, successors: Sequence[Place], reason: str) -> None:
    if not successors and not reason:
        raise WrongSuccessor(_("Choose who took over, or say why nobody did."), field="reason")
    for place in successors:
        if place.pk == gone.pk:
            raise WrongSuccessor(_("A place does not follow itself."), field="other")
        if place.closed_on is not None:
            raise WrongSuccessor(
                _("%(place)s is closed. Choose a place that stands.") % {"place": place},
                field="other",
            )
        if place.level != gone.level:
            raise WrongSuccessor(
                _("%(place)s is of another level than the closed place.") % {"place": place},
                field="other",
            )
