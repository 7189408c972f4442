"""Input about closed places."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import Closure, Place, Successor


class ClosureForm(forms.Form):
    """Who took over: some of the proposals, another place by its code or full name, or nobody."""

    successors = forms.MultipleChoiceField(
        label=gettext_lazy("Took over"), required=False, widget=forms.CheckboxSelectMultiple
    )
    other = forms.CharField(
        label=gettext_lazy("Another place"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Its 12-digit code, or its full name where only one bears it."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Remark"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Required when nobody took over, for example: demolished in 2020."),
    )

    def __init__(self, *args: Any, closure: Closure, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.closure, self.viewer = closure, viewer
        rows = closure.successors.select_related("place__parent").order_by("pk")
        self.proposals: list[Successor] = list(rows)
        self.fields["successors"].choices = [  # type: ignore[attr-defined]
            (
                str(row.place_id),
                f"{row.place.name}（{row.place.parent.name if row.place.parent else ''}） · "
                f"{row.get_why_display()}",
            )
            for row in self.proposals
        ]

    def clean_other(self) -> Place | None:
        """Standing places only; in the viewer's scope, of the level of the closed one."""
        text = "".join(self.cleaned_data["other"].split())
        if not text:
            return None
        places = Place.objects.visible_to(self.viewer).standing().filter(hidden=False)
        by = {"code": text} if text.isdecimal() else {"name_zh": text}
        found = list(places.filter(level=self.closure.place.level, **by)[:2])
        if not found:
            raise ValidationError(_("No standing place here has this code or name."))
        if len(found) > 1:
            raise ValidationError(_("Several places bear this name. Give the 12-digit code."))
        return found[0]

    def chosen(self) -> list[Place]:
        """The places that took over."""
        keys = set(self.cleaned_data["successors"])
        places = [row.place for row in self.proposals if str(row.place_id) in keys]
        other = self.cleaned_data["other"]
        return [*places, other] if other and other not in places else places
