"""Input of imports: a file or pasted rows, which column is which field, the last day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.template.defaultfilters import capfirst
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.imports.columns import LookedColumn, LookedSheet
from committees.models import ImportRun, Place, PlaceQuerySet
from core.imports.kinds import ImportKind
from core.scope import scope_of

MOST_PASTED = 2_000_000


def places_for(viewer: Any, kind: ImportKind) -> PlaceQuerySet:
    """Where the viewer may import lists of a kind."""
    reach = scope_of(viewer).under("path", *kind.roles)
    places: PlaceQuerySet = Place.objects.standing().filter(reach, level__in=kind.levels)
    return places.order_by("level", "pinyin", "pk")


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"class": "tb-narrow"})


class PlaceField(forms.ModelChoiceField):
    """A place by its name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class BeginForm(forms.Form):
    """A list on its way in. Taken by imports.runs.begin."""

    within = PlaceField(
        Place.objects.none(),
        label=gettext_lazy("The list is for"),
        empty_label=None,
        help_text=gettext_lazy("Rows that speak of other places are reported, never taken."),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy(
            "An .xlsx, .xls or .csv as the office keeps it; titles and notes may stay."
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("Or rows from a spreadsheet"),
        required=False,
        strip=False,
        max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Copy them together with their header and paste them here."),
    )
    complete = forms.BooleanField(
        label=gettext_lazy("This list is complete: who is not on it has left"),
        required=False,
        help_text=gettext_lazy("You see who would leave before anything is written."),
    )
    on = forms.DateField(
        label=gettext_lazy("As of"),
        required=False,
        widget=_day_input(),
        help_text=gettext_lazy("For example 2026-04-30"),
    )

    def __init__(self, *args: Any, viewer: Any, kind: ImportKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        within = self.fields["within"]
        assert isinstance(within, PlaceField)
        within.queryset = places_for(viewer, kind)
        if not kind.can_be_complete:
            del self.fields["complete"], self.fields["on"]


class ColumnsForm(forms.Form):
    """One select for every column of every sheet. Taken by imports.runs.confirm_columns."""

    def __init__(
        self, *args: Any, kind: ImportKind, run: ImportRun, sheets: Sequence[LookedSheet], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.kind, self.sheets = kind, sheets
        labels = [
            (one.key, capfirst(f"{one.label} *" if one.required else str(one.label)))
            for one in kind.fields
        ]
        choices = [("", _("not taken")), *labels]
        for number, sheet in enumerate(sheets):
            said = {name: key for key, name in run.columns.get(sheet.name, {}).items()}
            for column in sheet.columns:
                self.fields[self.name_of(number, column)] = forms.ChoiceField(
                    label=_("Column %(letter)s") % {"letter": column.letter},
                    choices=choices,
                    required=False,
                    initial=said.get(column.name, ""),
                )

    @staticmethod
    def name_of(sheet: int, column: LookedColumn) -> str:
        return f"s{sheet}-{column.letter}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number, sheet in enumerate(self.sheets):
            taken: dict[str, LookedColumn] = {}
            for column in sheet.columns:
                key = data.get(self.name_of(number, column), "")
                if key and key in taken:
                    message = _("Column %(letter)s (%(title)s) says this already. Choose one.")
                    facts = {"letter": taken[key].letter, "title": taken[key].title}
                    self.add_error(self.name_of(number, column), message % facts)
                elif key:
                    taken[key] = column
        return data

    def chosen(self) -> dict[str, dict[str, str]]:
        """Sheet -> field -> column; a sheet of which nothing is taken stays empty."""
        found: dict[str, dict[str, str]] = {}
        for number, sheet in enumerate(self.sheets):
            columns = found.setdefault(sheet.name, {})
            for column in sheet.columns:
                if key := self.cleaned_data.get(self.name_of(number, column)):
                    columns[key] = column.name
        return found

    def tables(self) -> list[tuple[LookedSheet, list[tuple[LookedColumn, Any]]]]:
        """Sheets with their columns and the fields of this form, as the page shows them."""
        return [
            (sheet, [(column, self[self.name_of(number, column)]) for column in sheet.columns])
            for number, sheet in enumerate(self.sheets)
        ]


class ApplyForm(forms.Form):
    """Confirms a complete list: the last day of those who left."""

    ends_on = forms.DateField(
        label=gettext_lazy("Last day of those who left"),
        widget=_day_input(),
        help_text=gettext_lazy("Their roles end on the same day."),
    )
    sure = forms.BooleanField(label=gettext_lazy("I have looked at the list of those who left"))

    def __init__(self, *args: Any, run: ImportRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].initial = run.on or timezone.localdate()
