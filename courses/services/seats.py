"""Seats: given and given back by conditional UPDATE only, so that none is sold twice.

A pool may hang below a larger one; a seat is taken in every pool of the chain or in none. The rows
are touched in the order of their numbers, at the very end of a transaction: a crowd at the last
seats waits as short as possible.
"""

from __future__ import annotations

from collections import Counter

from django.db.models import Count, F
from django.utils.translation import gettext as _

from courses.errors import ClassFull
from courses.models import SEATED, Enrolment, Offering, SeatPool


def root_pool(offering: Offering) -> SeatPool:
    """The pool of the whole class, which direct enrolment uses."""
    return SeatPool.objects.get(offering=offering, unit=None)


def chain(pool: SeatPool) -> list[int]:
    """Numbers of the pool and of the larger ones it hangs below, in the order of locking."""
    ids = [pool.pk]
    parent_id = pool.parent_id
    while parent_id is not None and parent_id not in ids:
        ids.append(parent_id)
        parent_id = SeatPool.objects.values_list("parent_id", flat=True).get(pk=parent_id)
    return sorted(ids)


def take(pool: SeatPool) -> None:
    """Take one seat in every pool of the chain. Raises ClassFull; the caller's transaction then
    rolls back what a smaller pool had given."""
    for pk in chain(pool):
        if not SeatPool.objects.filter(pk=pk, taken__lt=F("seats")).update(taken=F("taken") + 1):
            raise ClassFull(_("All seats of this class are taken."))


def give_back(pool: SeatPool) -> None:
    """Give one seat back in every pool of the chain."""
    for pk in chain(pool):
        SeatPool.objects.filter(pk=pk, taken__gt=0).update(taken=F("taken") - 1)


def settle_after_demonstration() -> None:
    """Give back the seats in real classes that accounts of the demonstration held: their enrolments
    went with them."""
    held: Counter[int] = Counter()
    seated = Enrolment.objects.filter(state__in=SEATED, pool__isnull=False)
    for row in seated.values("pool").annotate(count=Count("pk")).order_by():
        for pk in chain(SeatPool.objects.get(pk=row["pool"])):
            held[pk] += row["count"]
    for pool in SeatPool.objects.filter(taken__gt=0).select_for_update().order_by("pk"):
        if pool.taken > held[pool.pk]:
            SeatPool.objects.filter(pk=pool.pk).update(taken=held[pool.pk])
