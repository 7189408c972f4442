"""A list with names as a sheet: for a purpose that stays on record, made by a worker."""

from __future__ import annotations

import io
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import Place
from committees.models.people import Post
from core import audit, files, jobs
from core.errors import DomainError
from core.models import Job
from core.registries import JobKind, Step, job_kinds
from records.lists import KINDS, named, read_year, with_people
from records.permissions import can_export
from records.reading.district import Standing

LEAST_PURPOSE = 2


class WrongExport(DomainError):
    code = "wrong_export"


def ask(*, actor: Any, place: Place, kind: str, year: int, query: str, purpose: str) -> Job:
    """Have the list made. One audit row says who took which list for what. Raises WrongExport."""
    purpose = " ".join(purpose.split())
    if len(purpose) < LEAST_PURPOSE:
        raise WrongExport(_("Say what the list is needed for."), field="purpose")
    if not can_export(actor, place):
        raise WrongExport(_("Lists with names are taken out by the district and the organiser."))
    with transaction.atomic():
        audit.record(
            actor=actor,
            action="hours.export",
            obj=place,
            unit_id=place.pk,
            after={"list": kind, "year": year, "name": query},
            reason=purpose,
        )
        return jobs.start(
            actor=actor,
            kind=KIND.key,
            subject=f"{place} · {KINDS[kind].label} · {year}",
            facts={"place": place.pk, "kind": kind, "year": year, "q": query},
        )


def _step(job: Job) -> Step:
    """The sheet, in one go: a district has some thousand rows."""
    from core.documents.outline import Column, Cover, SheetOut
    from core.documents.xlsx import write_xlsx

    actor = jobs.actor_of(job)
    place = Place.objects.get(pk=job.facts["place"])
    if not can_export(actor, place):
        raise WrongExport(_("Lists with names are taken out by the district and the organiser."))
    kind, year = KINDS[job.facts["kind"]], int(job.facts["year"])
    today = timezone.localdate()
    rows = with_people(named(kind.rows(read_year(place, year, today)), job.facts["q"]))
    columns = [_("Name"), _("Unit"), _("Belongs to"), _("Post"), _("Mobile")]
    sheet = SheetOut(
        title=str(kind.label),
        columns=[Column(title, 16) for title in (*columns, *map(str, kind.columns))],
        rows=[
            (
                shown.person.name,
                shown.place.name,
                shown.place.parent.name if shown.place.parent else "",
                post_of(shown.row.standing),
                shown.person.mobile_mask,
                *shown.row.cells,
            )
            for shown in rows
        ],
        note=str(kind.definition),
    )
    cover = Cover(title=f"{place.name} {year} {kind.label}", unit=place.name, on=today)
    target = io.BytesIO()
    write_xlsx(target, [sheet], cover, made_on=today)
    name = f"{place.name}-{kind.label}-{year}.xlsx"
    file = files.keep(
        actor=actor, kind="made", name=name, content_type=files.XLSX, data=target.getvalue()
    )
    return Step(done=len(rows), total=len(rows), finished=True, file=file)


def post_of(standing: Standing) -> str:
    """The post of a standing in words."""
    label = str(Post(standing.service.post).label)
    acting = standing.secretary and standing.service.post != Post.SECRETARY
    return label + (_(" (in charge)") if acting else "")


KIND = JobKind("hours-list", gettext_lazy("List of class hours"), _step, atomic=False)


def register() -> None:
    """Called once by RecordsConfig.ready."""
    job_kinds.add(KIND.key, KIND)
