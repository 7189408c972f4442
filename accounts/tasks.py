"""Tidying up after sign-ins."""

from celery import shared_task


@shared_task
def tidy() -> int:
    """Forget old guesses and sessions that have run out."""
    from accounts.services.sessions import forget_ended_sessions
    from accounts.throttle import forget_old_guesses

    return forget_old_guesses() + forget_ended_sessions()
