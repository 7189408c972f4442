"""Certificates of a class: for everybody who completed it, in the background, once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit, jobs
from core.models import Job
from core.registries import JobKind, Step, certificate_groups, certificate_sources, job_kinds
from core.scope import Scope
from courses.errors import WrongState
from courses.models import ATTENDED, Attendance, Enrolment, Offering
from courses.permissions import is_class_head
from courses.services.offering_rules import require_base
from records import services as records
from records.certificates import jobs as certificate_jobs
from records.certificates.content import Award, unit_in_full, unprintable
from records.models import Certificate

SOURCE = "class"
KIND = "class_certificates"
# Numbered in one transaction and printed after it: about a third of a second.
AT_ONCE = 10
# What of an enrolment a name on paper asks for.
NAMED = (
    "public_id", "person__name_zh", "unit__name_zh", "unit__level", "unit__parent__name_zh"
)  # fmt: skip


def issue_class_certificates(*, actor: Any, offering: Offering) -> Job:
    """Ask for the certificates of all who completed. Asked again while the work goes on, it is the
    same work; asked after it, those who have a certificate keep it.

    Raises NotYourClass, WrongState before the class is completed.
    """
    _require_completed(actor, offering)
    facts = {"offering": str(offering.public_id)}
    under_way = Job.objects.unfinished().filter(kind=KIND, facts=facts).order_by("pk").first()
    if under_way is not None:
        return under_way
    return jobs.start(actor=actor, kind=KIND, facts=facts, subject=offering.title)


def bind_class_certificates(*, actor: Any, offering: Offering) -> Job:
    """Ask for the certificates of a class as one PDF to print: the base, and who heads the class.
    On the trail, because it names people. Raises NotYourClass, WrongState."""
    if not is_class_head(actor, offering):
        require_base(actor, offering.base_id)
    _require_state(offering)
    audit.record(
        actor=actor,
        action="certificate.export",
        obj=offering,
        unit_id=offering.base.host_id,
        reason=_("Printing the certificates of the class"),
    )
    return certificate_jobs.ask_book(
        actor=actor, source=SOURCE, group=str(offering.public_id), subject=offering.title
    )


def _require_completed(actor: Any, offering: Offering) -> None:
    require_base(actor, offering.base_id)
    _require_state(offering)


def _require_state(offering: Offering) -> None:
    if offering.state != Offering.State.COMPLETED or offering.historical:
        raise WrongState(_("Certificates are issued once the class is completed."))


def completed(offering: Offering) -> Any:
    """Enrolments of those who completed, in the order of their certificates."""
    rows = Enrolment.objects.filter(offering=offering, state=Enrolment.State.COMPLETED)
    return rows.select_related("person", "unit__parent").order_by("pk")


def issue_some(job: Job) -> Step:
    """One chunk: number the next few and print them. Repeated after a kill it changes nothing."""
    offering = Offering.objects.select_related("base").get(public_id=job.facts["offering"])
    actor = jobs.actor_of(job)
    rows = completed(offering)
    total = rows.count()
    some = list(rows.filter(pk__gt=job.cursor.get("after", 0))[:AT_ONCE])
    left_out = list(job.result.get("left_out", ()))
    if some:
        # Nobody is certified for no hours.
        awards = [award for award in awards_of(offering, some) if award.quarters]
        certificates = records.issue_certificates(actor=actor, base=offering.base, awards=awards)
        left_out += certificate_jobs.print_some(certificates)
    done = min(job.done + len(some), total)
    return Step(
        done,
        total,
        cursor={"after": some[-1].pk} if some else job.cursor,
        finished=len(some) < AT_ONCE,
        result={"left_out": left_out},
    )


def awards_of(offering: Offering, enrolments: Sequence[Enrolment]) -> list[Award]:
    """What each of `enrolments` is certified for: the hours of the sessions attended."""
    hours = dict(
        Attendance.objects.filter(enrolment__in=enrolments, mark__in=ATTENDED)
        .values_list("enrolment")
        .annotate(quarters=Sum("session__quarters"))
    )
    return [
        Award(
            person=row.person,
            unit=row.unit,
            source=SOURCE,
            group=str(offering.public_id),
            key=key_of(row),
            title_zh=offering.title_zh,
            title_en=offering.title_en,
            begins_on=offering.begins_on,
            ends_on=offering.ends_on,
            quarters=hours.get(row.pk, 0),
        )
        for row in enrolments
    ]


def unprintable_names(offering: Offering) -> dict[str, str]:
    """By key of the enrolment: characters of name or unit that no font of the certificate draws,
    of everybody who completed the class. One query."""
    found = {}
    for row in completed(offering).only(*NAMED):
        if signs := unprintable(row.person.name_zh, unit_in_full(row.unit)):
            found[key_of(row)] = signs
    return found


def key_of(enrolment: Enrolment) -> str:
    return f"{SOURCE}:{enrolment.public_id}"


def award_of(certificate: Certificate) -> Award | None:
    """What a certificate of a class would say today; None when the person no longer counts as
    having completed it."""
    key = certificate.key.partition("/")[0].removeprefix(f"{SOURCE}:")
    row = (
        Enrolment.objects.filter(public_id=uuid.UUID(key), state=Enrolment.State.COMPLETED)
        .select_related("person", "unit__parent", "offering")
        .first()
    )
    return awards_of(row.offering, [row])[0] if row else None


def latest_certificates(offering: Offering) -> dict[str, Certificate]:
    """By key of the enrolment: the last certificate of its chain. One query."""
    rows = Certificate.objects.filter(source=SOURCE, group=str(offering.public_id))
    return {row.key.partition("/")[0]: row for row in rows.with_chain().order_by("pk")}


def _page(job: Job) -> str:
    key = job.facts.get("offering")
    return reverse("courses:offering-certificates", args=[key]) if key else ""


def headed_by(scope: Scope) -> list[str]:
    """For core.registries.certificate_groups: the classes that somebody heads."""
    rows = Offering.objects.filter(class_head=scope.person_id, state=Offering.State.COMPLETED)
    return [str(key) for key in rows.values_list("public_id", flat=True)]


def register() -> None:
    """Called once at start-up."""
    certificate_sources.add(SOURCE, award_of)
    certificate_groups.add(SOURCE, headed_by)
    job_kinds.add(
        KIND,
        JobKind(KIND, gettext_lazy("Certificates of a class"), issue_some, atomic=False, url=_page),
    )
