"""Doorbells of places and people."""

from celery import shared_task


@shared_task
def tidy_merges() -> int:
    """Late rows follow their person; journals that have run out are emptied."""
    from committees.services import late_rows, merging

    return late_rows.gather() + merging.empty_journals()
