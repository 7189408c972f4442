"""Celery application. Tasks are doorbells: rows in the database are the truth."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trainingbase.settings")

app = Celery("trainingbase")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Beat only rings; what is due is read from rows, so two beats do no harm.
app.conf.beat_schedule = {
    "heartbeat": {"task": "core.tasks.beat_heartbeat", "schedule": 20},
    "seal-audit": {"task": "core.tasks.seal_audit", "schedule": 10},
    "fold-summaries": {"task": "core.tasks.fold_summaries", "schedule": 10},
    "plan-notices": {"task": "notices.tasks.plan", "schedule": 60},
    "deliver-notices": {"task": "notices.tasks.deliver", "schedule": 15},
}
