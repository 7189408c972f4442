"""Pages of the house."""

from __future__ import annotations

from typing import Any

from core import files
from core.models import Job
from core.registries import file_kinds, job_kinds
from tests.access.spec import REST, Route, Visit


def _owner(visit: Visit) -> Any:
    return visit.side.users["managed"] if visit.foreign else visit.user


def my_job(visit: Visit) -> dict[str, Any]:
    """Asked for by me, or by somebody else."""
    owner = _owner(visit)
    job = Job.objects.create(kind=next(iter(job_kinds.keys()), "none"), actor_id=owner and owner.pk)
    return {"key": job.public_id}


def my_file(visit: Visit) -> dict[str, Any]:
    """Handed in by me, or by somebody else; of a kind that shows it to nobody else."""
    private = next(key for key, kind in file_kinds.items() if kind.shown_to is None)
    file = files.keep(
        actor=_owner(visit), kind=private, name="a.csv", content_type="text/csv", data=b"1"
    )
    return {"key": file.public_id}


ROUTES = {
    "home": Route(get=200),
    "audit-list": Route(get={200: "system_admin auditor district", 403: REST}),
    "styleguide": Route(get={200: "system_admin base_admin", 403: REST}),
    "job-list": Route(get=200),
    "job-show": Route(get=200, args=my_job),
    "job-cancel": Route(post=302, args=my_job),
    "job-again": Route(post=302, args=my_job),
    "file-open": Route(get=200, args=my_file),
    "api-docs": Route(get=200),
    "api:openapi-json": Route(get=200, post=200),  # says what exists, not what is in it
    "api:api-root": Route(get=404, post=404),
}
