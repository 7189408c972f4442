"""Doorbells of the house."""

from celery import shared_task


@shared_task
def beat_heartbeat() -> None:
    """Sent by beat, run by a worker: proves that both live."""
    from core import health

    health.beat(health.BEAT)
    health.beat(health.WORKER)


@shared_task
def seal_audit() -> int:
    from core import audit

    return audit.seal()


@shared_task
def fold_summaries() -> int:
    from core import summaries

    return summaries.fold()
