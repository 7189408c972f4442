"""Input of claims."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import StoredFile
from records.models import HourCategory, HourClaim
from records.services.claims import MOST_FILES, Facts

# Given by the portal itself: nobody claims them.
OWN = (HourCategory.TUTORING, HourCategory.EXERCISE)
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """No file, one or several; always a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not given:
            raise ValidationError(self.error_messages["required"], code="required")
        return [super(FilesField, self).clean(one, initial) for one in given]


class ClaimForm(forms.Form):
    """One study outside the portal. Saved by records.services.claims."""

    title = forms.CharField(
        label=gettext_lazy("What was studied"), min_length=2, max_length=120, strip=True
    )
    host = forms.CharField(
        label=gettext_lazy("Held by"),
        min_length=2,
        max_length=120,
        strip=True,
        help_text=gettext_lazy(
            "For example the municipal Party school, or a department of the district."
        ),
    )
    category = forms.ChoiceField(label=gettext_lazy("Category"))
    from_on = forms.DateField(label=gettext_lazy("First day"), widget=DATE)
    to_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=DATE,
        required=False,
        help_text=gettext_lazy("Leave empty when it was one day."),
    )
    amount = forms.DecimalField(
        label=gettext_lazy("How much"),
        help_text=gettext_lazy("In quarters: 0.25, 0.5, 1, 7.5 …"),
        error_messages={"invalid": gettext_lazy("Give a number in figures, for example 7.5.")},
    )
    measure = forms.ChoiceField(label=gettext_lazy("Measured in"), choices=HourClaim.Measure)
    evidence = FilesField(
        label=gettext_lazy("Evidence"),
        error_messages={"required": gettext_lazy("Add at least one file as evidence.")},
        help_text=gettext_lazy(
            "Certificate, notice or photo of the paper: PDF, JPEG or PNG, up to 5 files of 10 MB."
        ),
    )

    def __init__(self, *args: Any, claim: HourClaim | None = None, **kwargs: Any) -> None:
        if claim is not None:
            kwargs.setdefault("initial", _initial(claim))
        super().__init__(*args, **kwargs)
        choices = [(key, label) for key, label in HourCategory.choices if key not in OWN]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]
        self.kept = list(claim.files.order_by("pk")) if claim is not None else []
        self.fields["evidence"].required = not self.kept
        if self.kept:
            self.fields["drop"] = forms.MultipleChoiceField(
                label=_("Take out"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[(str(file.public_id), file.name) for file in self.kept],
            )

    def clean_amount(self) -> int:
        """Quarters of the measure. Refuses what is no multiple of a quarter, or nothing."""
        amount: Decimal = self.cleaned_data["amount"]
        if amount > 1000:  # before it is multiplied: 9e999999 would overflow
            raise ValidationError(_("That is more than one claim can hold."))
        quarters = amount * 4
        if amount <= 0 or quarters != quarters.to_integral_value():
            raise ValidationError(_("Hours are counted in quarters: 0.25, 0.5, 1 …"))
        return int(quarters)

    def clean_evidence(self) -> list[UploadedFile]:
        given: list[UploadedFile] = self.cleaned_data["evidence"]
        if len(given) > MOST_FILES:
            raise ValidationError(_("At most %(most)s files.") % {"most": MOST_FILES})
        return given

    def facts(self) -> Facts:
        data = self.cleaned_data
        return Facts(
            title=data["title"],
            host=data["host"],
            category=data["category"],
            from_on=data["from_on"],
            to_on=data["to_on"] or data["from_on"],
            measure=data["measure"],
            amount=data["amount"],
        )

    def dropped(self) -> list[StoredFile]:
        keys = set(self.cleaned_data.get("drop", ()))
        return [file for file in self.kept if str(file.public_id) in keys]


class DecisionForm(forms.Form):
    """Verify a claim, or return it with a reason. `version` is the one that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=gettext_lazy("What should be completed"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Needed to return the claim; its owner reads it."),
    )

    def __init__(self, *args: Any, claim: HourClaim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claim = claim

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("version") != self.claim.version:
            raise forms.ValidationError(
                _("The claim has been handed in anew since you opened this page. Look at it again.")
            )
        return data


def _initial(claim: HourClaim) -> dict[str, Any]:
    return {
        "title": claim.title,
        "host": claim.host,
        "category": claim.category,
        "from_on": claim.from_on,
        "to_on": None if claim.to_on == claim.from_on else claim.to_on,
        "amount": (Decimal(claim.quarters) / claim.per_measure).normalize(),
        "measure": claim.measure,
    }
