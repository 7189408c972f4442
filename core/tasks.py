"""Doorbells of the house."""

from celery import shared_task


@shared_task
def beat_heartbeat() -> None:
    """Sent by beat, run by a worker: proves that the way from the one to the other works."""
    from core import health

    health.beat(health.BEAT)


@shared_task
def seal_audit(everything: bool = False) -> int:
    from core import anchor, seals

    sealed = seals.seal(everything=everything)
    if sealed:
        anchor.note()
    return sealed


@shared_task
def verify_audit() -> None:
    from core import verification

    verification.run()


@shared_task
def fold_summaries() -> int:
    from core import summaries

    return summaries.fold()


@shared_task
def run_jobs() -> None:
    from core import jobs
    from core.doorbell import ring

    if jobs.run_due():
        ring(run_jobs)


@shared_task
def tidy_house() -> None:
    from core import files, jobs
    from core.registries import tidying

    jobs.tidy()
    for tidy in tidying:
        tidy()
    files.tidy()
