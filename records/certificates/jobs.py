"""What workers do with certificates: print those that have no print, and many as one book."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import files, jobs
from core.documents.errors import MissingGlyphs
from core.models import Job
from core.registries import JobKind, Step, job_kinds
from records.certificates import paper
from records.models import Certificate

PRINT, BOOK = "certificate_print", "certificate_book"
# A print takes 5 to 20 ms; the lease of a job is a minute.
AT_ONCE = 20


def ask_print(*, actor: Any, certificate: Certificate) -> Job:
    """Have one certificate printed."""
    return jobs.start(
        actor=actor,
        kind=PRINT,
        facts={"certificate": str(certificate.public_id)},
        subject=certificate.number,
    )


def print_one(job: Job) -> Step:
    """A character that no font has stops the job with its sentence."""
    certificate = Certificate.objects.get(public_id=job.facts["certificate"])
    paper.keep_print(certificate)
    return Step(1, 1, finished=True)


def print_some(certificates: Sequence[Certificate]) -> list[str]:
    """Print certificates; returns the numbers of those whose characters no font has."""
    left_out = []
    for certificate in certificates:
        try:
            paper.keep_print(certificate)
        except MissingGlyphs:
            left_out.append(certificate.number)
    return left_out


def ask_book(*, actor: Any, source: str, group: str, subject: str) -> Job:
    """Have the standing certificates of one cause bound into one PDF, for whoever asks."""
    return jobs.start(
        actor=actor, kind=BOOK, facts={"source": source, "group": group}, subject=subject
    )


def bind(job: Job) -> Step:
    """One sheet for each certificate that stands, in the order of their numbers."""
    actor = jobs.actor_of(job)
    rows = Certificate.objects.standing().filter(
        source=job.facts["source"], group=job.facts["group"]
    )
    if actor is not None:
        rows = rows.visible_to(actor)
    certificates = list(rows.order_by("series", "serial"))
    if not certificates:
        return Step(0, 0, finished=True)
    title = f"结业证书 {certificates[0].number} – {certificates[-1].number}"
    pdf = paper.pdf_of([row.content for row in certificates], title=title)
    name = f"{certificates[0].number}-{certificates[-1].serial:04d}.pdf"
    file = files.keep(actor=actor, kind="made", name=name, content_type=files.PDF, data=pdf)
    return Step(len(certificates), len(certificates), finished=True, file=file)


def _page(job: Job) -> str:
    key = job.facts.get("certificate")
    return reverse("certificates:detail", args=[key]) if key else ""


def register() -> None:
    """Called once at start-up."""
    job_kinds.add(
        PRINT,
        JobKind(PRINT, _("Printing a certificate"), print_one, atomic=False, url=_page),
    )
    job_kinds.add(BOOK, JobKind(BOOK, _("Certificates of a class as one PDF"), bind, atomic=False))
