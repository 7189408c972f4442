"""Long work in the background: asked for in a request, done in chunks, resumed after any kill.

The row is the truth and Celery only rings. A worker claims a job for a minute at a time; each
chunk commits together with the cursor behind it, so a killed worker loses the chunk under way and
the next one goes on from the cursor. A chunk that takes its worker down `MOST_ATTEMPTS` times is
given up with a sentence instead of being tried for ever.
"""

from __future__ import annotations

import datetime
import time
import uuid
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import audit, planner
from core.doorbell import ring
from core.errors import DomainError
from core.models import Job
from core.registries import JobKind, Step, accounts_by_number, job_kinds
from core.scope import scope_of

log = structlog.get_logger(__name__)

LEASE = datetime.timedelta(seconds=60)
MOST_ATTEMPTS = 5
KEPT = datetime.timedelta(days=90)


class JobRefused(DomainError):
    code = "job_refused"


def start(*, actor: Any, kind: str, facts: dict[str, Any], subject: str = "") -> Job:
    """Ask for work of `kind`; it begins after the commit. Raises KeyError for an unknown kind."""
    from core import tasks  # tasks import this module

    job_kinds.get(kind)
    scope = scope_of(actor)
    job = Job.objects.create(
        kind=kind,
        subject=subject[:200],
        actor_id=scope.user_id,
        actor_label=scope.label[:120],
        language=translation.get_language() or "",
        facts=facts,
    )
    ring(tasks.run_jobs)
    return job


def actor_of(job: Job) -> Any:
    """The account that asked for the job, with its rights of today; None for the system itself.

    Raises JobRefused when the account has been closed meanwhile.
    """
    if job.actor_id is None:
        return None
    for find in accounts_by_number:
        account = find(job.actor_id)
        if account is not None:
            return account
    raise JobRefused(_("The account that asked for this has been closed."))


def cancel(*, job: Job) -> bool:
    """Stop a job after the chunk under way. False when it was over already."""
    return _end(job.pk, Job.State.CANCELLED)


def again(*, job: Job) -> bool:
    """Let a stopped or cancelled job go on where it ended. False when it is not stopped."""
    from core import tasks

    stopped = Job.objects.filter(pk=job.pk, state__in=(Job.State.FAILED, Job.State.CANCELLED))
    changed = stopped.update(
        state=Job.State.WAITING, ended_at=None, attempts=0, message="", claimed_until=None, claim=""
    )
    if changed:
        ring(tasks.run_jobs)
    return bool(changed)


def run_due(seconds: float = 20.0) -> bool:
    """Work on jobs for about `seconds`. True when work is left: the caller rings again."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = _claim()
        if job is None:
            return False
        _work(job, until)
    return _free().exists()


def _free() -> Any:
    now = timezone.now()
    mine_to_take = Q(claimed_until=None) | Q(claimed_until__lt=now)
    return Job.objects.unfinished().filter(mine_to_take)


def _claim() -> Job | None:
    """The oldest job that nobody works on, claimed by compare-and-set; None when there is none."""
    for candidate in _free().order_by("pk")[:8]:
        now, token = timezone.now(), str(uuid.uuid4())
        taken = (
            _free()
            .filter(pk=candidate.pk)
            .update(
                state=Job.State.RUNNING,
                claim=token,
                claimed_until=now + LEASE,
                attempts=F("attempts") + 1,
                started_at=candidate.started_at or now,
            )
        )
        if taken:
            return Job.objects.get(pk=candidate.pk)
    return None


def _work(job: Job, until: float) -> None:
    """Chunk after chunk, until the job is over, taken away, or the time is up."""
    kind: JobKind | None = job_kinds.get(job.kind) if job.kind in job_kinds else None
    if kind is None or job.attempts > MOST_ATTEMPTS:
        _end(job.pk, Job.State.FAILED, _sentence(job, None), claim=job.claim)
        return
    with (
        audit.origin(door="worker"),
        translation.override(job.language or translation.get_language() or "en"),
        structlog.contextvars.bound_contextvars(job=str(job.public_id)),
    ):
        try:
            while _chunk(job, kind):
                if time.monotonic() >= until:
                    _release(job)
                    return
            if Job.objects.filter(pk=job.pk, state=Job.State.DONE, done__gte=planner.MANY).exists():
                planner.renew()
        except DomainError as exc:
            _end(job.pk, Job.State.FAILED, exc.message, claim=job.claim)
        except Exception:
            # The claim stays until its lease is over: the next attempt comes then.
            log.exception("job.chunk_failed", kind=job.kind)


def _sentence(job: Job, language: str | None) -> str:
    with translation.override(language or job.language or translation.get_language() or "en"):
        return _("The work broke off several times at the same place. What was done before stays.")


def _chunk(job: Job, kind: JobKind) -> bool:
    """One chunk. False when the job is over or somebody else has it."""
    if kind.atomic:
        with transaction.atomic():
            held = _held(job)
            return held is not None and _note(held, kind.step(held), kind)
    step = kind.step(Job.objects.get(pk=job.pk))
    with transaction.atomic():
        held = _held(job)
        return held is not None and _note(held, step, kind)


def _held(job: Job) -> Job | None:
    """The row under lock, while this worker's claim on it stands."""
    return (
        Job.objects.select_for_update(no_key=True)
        .filter(pk=job.pk, claim=job.claim, state=Job.State.RUNNING)
        .first()
    )


def _note(held: Job, step: Step, kind: JobKind) -> bool:
    """Write how far the job is. True when it goes on."""
    held.done, held.total = step.done, step.total
    held.attempts = 1
    held.claimed_until = timezone.now() + LEASE
    if step.cursor is not None:
        held.cursor = step.cursor
    if step.result is not None:
        held.result = step.result
    if step.file is not None:
        held.file = step.file
    changed = ["done", "total", "attempts", "claimed_until", "cursor", "result", "file"]
    if step.finished:
        held.state, held.ended_at = Job.State.DONE, timezone.now()
        held.claimed_until, held.claim = None, ""
        changed += ["state", "ended_at", "claim"]
    held.save(update_fields=changed)
    if step.finished and kind.ended:
        kind.ended(held)
    return not step.finished


def _release(job: Job) -> None:
    """Give a job back that went well so far, so that others get their turn."""
    Job.objects.filter(pk=job.pk, claim=job.claim).update(claim="", claimed_until=None, attempts=0)


def _end(pk: int, state: str, message: str = "", claim: str = "") -> bool:
    with transaction.atomic():
        rows = Job.objects.select_for_update(no_key=True).unfinished().filter(pk=pk)
        held = (rows.filter(claim=claim) if claim else rows).first()
        if held is None:
            return False
        held.state, held.message, held.ended_at = state, message, timezone.now()
        held.claim, held.claimed_until = "", None
        held.save(update_fields=["state", "message", "ended_at", "claim", "claimed_until"])
        kind = job_kinds.get(held.kind) if held.kind in job_kinds else None
        if kind and kind.ended:
            kind.ended(held)
    return True


def tidy(most: int = 500) -> int:
    """Forget jobs that ended long ago; their files have a time of their own. Called by beat."""
    old = Job.objects.filter(ended_at__lt=timezone.now() - KEPT).order_by("pk")[:most]
    return Job.objects.filter(pk__in=[job.pk for job in old]).delete()[0]
