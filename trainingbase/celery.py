"""Celery application. Tasks are doorbells: rows in the database are the truth."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trainingbase.settings")

app = Celery("trainingbase")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _rung(task: str, seconds: int) -> dict[str, Any]:
    """A doorbell rung every so many seconds; rings that nobody heard in time are not kept."""
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 30)}}


# Beat only rings; what is due is read from rows, so two beats do no harm. The instants are UTC.
app.conf.beat_schedule = {
    "heartbeat": _rung("core.tasks.beat_heartbeat", 20),
    "seal-audit": _rung("core.tasks.seal_audit", 10),
    "seal-audit-wholly": _rung("core.tasks.seal_audit", 3600) | {"args": [True]},
    "fold-summaries": _rung("core.tasks.fold_summaries", 10),
    "run-jobs": _rung("core.tasks.run_jobs", 10),
    "tidy-house": _rung("core.tasks.tidy_house", 3600),
    "plan-notices": _rung("notices.tasks.plan", 60),
    "deliver-notices": _rung("notices.tasks.deliver", 15),
    "tidy-accounts": _rung("accounts.tasks.tidy", 6 * 3600),
    "tidy-merges": _rung("committees.tasks.tidy_merges", 300),
    "verify-audit": {"task": "core.tasks.verify_audit", "schedule": crontab("30", "18")},
}


@worker_ready.connect
def start_pulse(sender: Any, **_: Any) -> None:
    """Workers of the quick queue show that they live; see core.health."""
    if "quick" in sender.app.amqp.queues.consume_from:
        from core.pulse import Pulse

        Pulse().start()
