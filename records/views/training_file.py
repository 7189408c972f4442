"""Asking for a training file: one's own, or that of somebody one answers for."""

from __future__ import annotations

import uuid

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from committees.models import Person
from core.errors import DomainError
from core.scope import scope_of
from records import training_file
from records.permissions import can_read_hours
from records.reading import years_of

PDF, XLSX = training_file.FORMS


class TrainingFileForm(forms.Form):
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    form = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[
            (PDF, gettext_lazy("PDF, to print and seal")),
            (XLSX, gettext_lazy("Sheets (.xlsx)")),
        ],
    )
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Stays on record with your name."),
    )

    def __init__(self, *args: object, years: list[int], own: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as given
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        if own:
            del self.fields["purpose"]

    def refuse(self, error: DomainError) -> None:
        self.add_error(error.field if error.field in self.fields else None, error.message)


@require_http_methods(["GET", "POST"])
def person_training_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Choose year and form; a worker makes the file and the page of the job hands it out."""
    people = Person.objects.visible_to(request.user).select_related("unit")
    person = get_object_or_404(people, public_id=public_id)
    if not can_read_hours(request.user, person):
        raise PermissionDenied(_("The hours of this person are not part of your work."))
    own = scope_of(request.user).person_id == person.pk
    years = sorted({timezone.localdate().year, *years_of(person)}, reverse=True)
    form = TrainingFileForm(
        request.POST if request.method == "POST" else None, years=years, own=own
    )
    if request.method == "POST" and form.is_valid():
        try:
            job = training_file.ask(actor=request.user, person=person, **form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("job-show", key=job.public_id)
    return render(
        request,
        "records/training_file.html",
        {"form": form, "person": person, "own": own},
        status=422 if form.errors else 200,
    )
