"""What is typed in about hours: why they are returned, who is exempt, what a list is for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from records.models import HourCategory, HourExemption


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ReturnForm(forms.Form):
    """Why hours are returned."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=2,
        max_length=200,
        help_text=_("The person reads this. Say what is missing and where to bring it."),
    )


class ExemptForm(forms.Form):
    """From when no hours are asked, and the category of the reason."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=HourExemption.Reason.choices,
        help_text=_("The category only. Please write nothing about anybody's health."),
    )
    from_on = forms.DateField(label=_("From"), widget=_day())
    to_on = forms.DateField(label=_("Until"), widget=_day(), required=False)


class EndExemptionForm(forms.Form):
    to_on = forms.DateField(label=_("Last day of the exemption"), widget=_day())


class PurposeForm(forms.Form):
    """What a list with names is needed for."""

    purpose = forms.CharField(
        label=_("What the list is needed for"),
        min_length=2,
        max_length=200,
        help_text=_("Kept in the audit trail together with your name."),
    )


class CompleteSinceForm(forms.Form):
    """From which day on nothing is missing, and what that rests on."""

    since = forms.DateField(
        label=_("Complete since"),
        widget=_day(),
        help_text=_("From this day on, all class hours of the place are in the portal."),
    )
    note = forms.CharField(
        label=_("Which registers were taken over"),
        max_length=200,
        required=False,
        help_text=_("For example: registers of 2024 and 2025 of all committees."),
    )

    def refuse(self, error: DomainError) -> None:
        """Show what a service refused at the field it belongs to."""
        self.add_error(error.field if error.field in self.fields else None, error.message)


class DeskFilter(forms.Form):
    """Filters of the verification desk; what cannot be read is as if it were not asked."""

    q = forms.CharField(required=False, max_length=80, label=_("Name"))
    place = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    category = forms.ChoiceField(
        required=False,
        label=_("Category"),
        choices=[("", _("All categories")), *HourCategory.choices],
    )
    year = forms.IntegerField(required=False, min_value=2000, max_value=2100, label=_("Year"))

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        found = {name: self.cleaned_data.get(name) for name in ("place", "category", "year")}
        return found | {"q": (self.cleaned_data.get("q") or "").replace("\x00", "")}
