"""Doorbells of notices; what is due stands in the outbox."""

from celery import shared_task


@shared_task
def plan() -> int:
    from notices import services

    return services.plan()


@shared_task
def deliver() -> int:
    from notices import services

    return services.deliver()
