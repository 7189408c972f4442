"""The training file of a person and a year: cover, posts, hours with their reasons, classes and
certificates; as PDF and as sheets, made by a worker for whoever asked."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import Affiliation, Person
from core import audit, files, jobs
from core.documents.outline import Column, Cover, Kind, SheetOut
from core.errors import DomainError
from core.models import Job
from core.registries import JobKind, Step, job_kinds, training_file_parts
from core.scope import scope_of
from records.models import Certificate, HourCategory
from records.permissions import can_read_hours
from records.reading import PersonYear, person_year

KIND = "training-file"
FORMS = ("pdf", "xlsx")
LEAST_PURPOSE = 2


class NotYourPerson(DomainError):
    code = "not_your_person"


class PurposeMissing(DomainError):
    code = "purpose_missing"


def ask(*, actor: Any, person: Person, year: int, form: str, purpose: str = "") -> Job:
    """Have the file made. Of somebody else only for a purpose, which stays on record.

    Raises NotYourPerson, PurposeMissing.
    """
    _require_reader(actor, person)
    purpose = " ".join(purpose.split())
    own = scope_of(actor).person_id == person.pk
    if not own and len(purpose) < LEAST_PURPOSE:
        raise PurposeMissing(_("Say what the training file is needed for."), field="purpose")
    with transaction.atomic():
        if not own:
            audit.record(
                actor=actor,
                action="training_file.export",
                obj=person,
                on_behalf=person,
                unit_id=person.unit_id,
                after={"year": year, "form": form},
                reason=purpose,
            )
        return jobs.start(
            actor=actor,
            kind=KIND,
            subject=f"{person.name} · {year}",
            facts={"person": str(person.public_id), "year": year, "form": form},
        )


def _require_reader(actor: Any, person: Person) -> None:
    if not can_read_hours(actor, person):
        raise NotYourPerson(_("The hours of this person are not part of your work."))


def make(job: Job) -> Step:
    """The file, in the language and with the rights of whoever asked."""
    actor = jobs.actor_of(job)
    person = Person.objects.select_related("unit__parent").get(public_id=job.facts["person"])
    _require_reader(actor, person)
    year, form, today = int(job.facts["year"]), job.facts["form"], timezone.localdate()
    sheets, cover = outline(person_year(person, year, today))
    data, content_type = written(sheets, cover, form, today)
    file = files.keep(
        actor=actor,
        kind="made",
        name=f"{_('Training file')}-{person.name}-{year}.{form}",
        content_type=content_type,
        data=data,
    )
    return Step(1, 1, finished=True, file=file)


def written(
    sheets: list[SheetOut], cover: Cover, form: str, on: datetime.date
) -> tuple[bytes, str]:
    """The bytes and their content type. Imports what only workers hold."""
    if form == "pdf":
        from core.documents.report import report_pdf

        return report_pdf(sheets, cover, made_on=on), files.PDF
    from core.documents.xlsx import write_xlsx

    out = io.BytesIO()
    write_xlsx(out, sheets, cover, made_on=on)
    return out.getvalue(), files.XLSX


def outline(shown: PersonYear) -> tuple[list[SheetOut], Cover]:
    """Cover and tables of a person's year."""
    person = shown.person
    sheets = [_posts(person), _categories(shown), _entries(shown)]
    sheets += [part(person, shown.year) for part in training_file_parts]
    sheets.append(_certificates(person, shown.year))
    return sheets, _cover(shown)


def _cover(shown: PersonYear) -> Cover:
    person, told = shown.person, shown.told
    born = f"{person.birth_year}" if person.birth_year else ""
    if person.birth_year and person.birth_month:
        born = f"{person.birth_year}-{person.birth_month:02d}"
    return Cover(
        title=_("Training file %(year)d") % {"year": shown.year},
        unit=person.unit.name if person.unit else "",
        on=timezone.localdate(),
        facts=[
            (_("Name"), person.name),
            (_("Sex"), person.get_sex_display() if person.sex else ""),
            (_("Born in"), born),
            (_("Target of the year"), _("exempt") if shown.exemption else _hours(shown.owed)),
            (_("Class hours that count"), _hours(told.total)),
            (_("Still missing"), _hours(max(shown.owed - told.total, 0))),
        ],
    )


def _hours(quarters: int) -> str:
    return f"{quarters / 4:g}"


def _posts(person: Person) -> SheetOut:
    rows = Affiliation.objects.filter(person=person).select_related("place", "base", "member_org")
    return SheetOut(
        title=_("Posts"),
        columns=[
            Column(_("Organisation"), 36),
            Column(_("Post"), 20),
            Column(_("From"), 12, Kind.DAY),
            Column(_("Until"), 12, Kind.DAY),
        ],
        rows=[
            (_where(row), str(row.get_post_display()), row.from_on, row.to_on)
            for row in rows.order_by("from_on", "pk")
        ],
        landscape=False,
    )


def _where(row: Affiliation) -> str:
    named = row.place or row.base or row.member_org
    return named.name if named else row.external


def _categories(shown: PersonYear) -> SheetOut:
    lines = shown.told.categories
    return SheetOut(
        title=_("Class hours by category"),
        columns=[
            Column(_("Category"), 26),
            *(
                Column(title, 12, Kind.QUARTERS)
                for title in (_("Verified"), _("Counted"), _("Not decided yet"), _("At most"))
            ),
        ],
        rows=[
            (
                str(HourCategory(line.category).label),
                line.verified,
                line.counted,
                line.pending,
                line.cap,
            )
            for line in lines
        ],
        foot=(
            _("Total"),
            sum(line.verified for line in lines),
            sum(line.counted for line in lines),
            sum(line.pending for line in lines),
            None,
        ),
        landscape=False,
    )


def _entries(shown: PersonYear) -> SheetOut:
    return SheetOut(
        title=_("Class hours, line by line"),
        columns=[
            Column(_("Day"), 12, Kind.DAY),
            Column(_("Evidence"), 34),
            Column(_("Category"), 14),
            Column(_("Unit on that day"), 20),
            Column(_("Class hours"), 9, Kind.QUARTERS),
            Column(_("Counted"), 9, Kind.QUARTERS),
            Column(_("State"), 10),
            Column(_("Why"), 22),
        ],
        rows=list(_entry_rows(shown)),
        landscape=False,
    )


def _entry_rows(shown: PersonYear) -> Iterator[tuple[Any, ...]]:
    for one in reversed(shown.entries):
        entry = one.entry
        yield (
            entry.session_on,
            entry.title,
            str(HourCategory(entry.category).label),
            entry.unit.name if entry.unit else "",
            entry.quarters,
            one.line.counted,
            str(one.state.label),
            str(one.line.why.label),
        )


def _certificates(person: Person, year: int) -> SheetOut:
    rows = Certificate.objects.filter(account__person=person, series__year=year)
    return SheetOut(
        title=_("Certificates"),
        columns=[
            Column(_("Certificate number"), 22),
            Column(_("Class"), 36),
            Column(_("Class hours"), 10, Kind.QUARTERS),
            Column(_("Issued on"), 12, Kind.DAY),
            Column(_("State"), 10),
        ],
        rows=[
            (row.number, row.title, row.content["quarters"], row.issued_on, row.state_label)
            for row in rows.select_related("revocation").order_by("issued_at", "pk")
        ],
        landscape=False,
    )


def register() -> None:
    """Called once at start-up."""
    job_kinds.add(KIND, JobKind(KIND, gettext_lazy("Training file"), make, atomic=False))


def page_of(person: Person) -> str:
    return reverse("certificates:training-file", args=[person.public_id])
