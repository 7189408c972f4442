"""Input of places and people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from committees.models import PlaceProfile, WordSet


class ProfileForm(forms.ModelForm):
    """What is known of a place. Saved by services.places.save_profile, never by itself."""

    class Meta:
        model = PlaceProfile
        fields = (
            "households",
            "population",
            "area_km2",
            "grids",
            "micro_grids",
            "meta_grids",
            "two_committee_seats",
            "station",
            "parlor",
            "key_support",
            "notes_zh",
            "notes_en",
            "as_of",
            "source",
        )
        widgets = {
            "notes_zh": forms.Textarea(attrs={"rows": 4}),
            "notes_en": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "as_of": _("For example 2026-04 or 2026"),
            "source": _("Where the figures come from; required when there are figures."),
            "key_support": _(
                "Seen only by the district department and the sub-district organiser."
            ),
        }


class WordsForm(forms.ModelForm):
    """The words of a district. Saved by services.places.save_words."""

    class Meta:
        model = WordSet
        fields = (
            "area_zh",
            "area_en",
            "tutoring_zh",
            "org_department_zh",
            "org_department_en",
            "society_department_zh",
        )


class RevealForm(forms.Form):
    """Why somebody needs a whole number."""

    purpose = forms.CharField(
        label=_("What the number is needed for"),
        min_length=2,
        max_length=200,
        help_text=_("Kept in the audit trail together with your name."),
    )


class ExportForm(forms.Form):
    """Why a list of people leaves the portal."""

    purpose = forms.CharField(
        label=_("What the list is needed for"),
        min_length=2,
        max_length=200,
        help_text=_("Kept in the audit trail together with your name and the number of people."),
    )


class SearchForm(forms.Form):
    """A name, its pinyin or its initials."""

    q = forms.CharField(required=False, max_length=80, strip=True)
    place = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def wanted(self) -> dict[str, Any]:
        """What was asked for; what cannot be read is as if it were not asked."""
        self.is_valid()
        return {
            "q": self.cleaned_data.get("q", "").replace("\x00", ""),
            "place": self.cleaned_data.get("place"),
        }
