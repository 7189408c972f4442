"""Input of tutoring."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.template.defaultfilters import capfirst
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import Person
from core.scope import Role, scope_of
from core.words import chosen_words
from tutors.models import OPEN_STATES, Batch, Pairing, TutorAppointment
from tutors.policies import advised_active_pupils


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TutorField(forms.ModelChoiceField):
    """A tutor with unit and load, so that the choice needs no second page."""

    advised = 0

    def label_from_instance(self, obj: Any) -> str:
        label = _("%(name)s (%(unit)s), %(count)s pupils") % {
            "name": obj.name,
            "unit": obj.unit.name if obj.unit else "—",
            "count": obj.load,
        }
        if obj.load >= self.advised:
            label += " · " + _("has as many as advised")
        return label


class PupilField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        unit = obj.unit.name if obj.unit else "—"
        return _("%(name)s (%(unit)s)") % {"name": obj.name, "unit": unit}


class ProposeForm(forms.Form):
    """Who with whom, from when until when, on what."""

    tutor = TutorField(queryset=Person.objects.none(), label=gettext_lazy("Tutor"))
    pupil = PupilField(queryset=Person.objects.none(), label=gettext_lazy("Pupil"))
    from_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput)
    to_on = forms.DateField(label=gettext_lazy("Until"), widget=DayInput, required=False)
    focus_zh = forms.CharField(
        label=gettext_lazy("Focus of the pairing"),
        help_text=gettext_lazy("For example: preparing a hearing, work with resident groups"),
        max_length=120,
        required=False,
    )

    def __init__(self, *args: Any, viewer: Any, batch: Batch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tutor_field, pupil_field = self.fields["tutor"], self.fields["pupil"]
        assert isinstance(tutor_field, TutorField)
        assert isinstance(pupil_field, PupilField)
        pupil_field.label = capfirst(chosen_words(batch.district)["pupil"])
        tutor_field.advised = advised_active_pupils(batch.district, timezone.localdate())
        tutor_field.queryset = tutors_of(batch)
        pupil_field.queryset = pupils_for(viewer, batch)


def tutors_of(batch: Batch) -> QuerySet[Person]:
    """Tutors whom the district of `batch` has appointed, with `load`: their open pairings."""
    appointed = TutorAppointment.objects.open_on(timezone.localdate()).filter(
        district=batch.district_id
    )
    load = Count("pairings_as_tutor", filter=Q(pairings_as_tutor__state__in=OPEN_STATES))
    return (
        Person.objects.filter(pk__in=appointed.values("person"))
        .select_related("unit")
        .annotate(load=load)
        .order_by("pinyin", "pk")
    )


def pupils_for(viewer: Any, batch: Batch) -> QuerySet[Person]:
    """People of the viewer's units in the district who have no tutor and are none."""
    scope = scope_of(viewer)
    paired = Pairing.objects.open()
    return (
        Person.objects.filter(
            scope.under("unit__path", Role.DISTRICT, Role.ORGANISER),
            unit__path__under=batch.district.path,
        )
        .exclude(pk__in=paired.values("pupil"))
        .exclude(pk__in=paired.values("tutor"))
        .exclude(pk__in=TutorAppointment.objects.open_on(timezone.localdate()).values("person"))
        .select_related("unit")
        .order_by("unit__code", "unit_id", "pinyin", "pk")
    )


class AnswerForm(forms.Form):
    """A reason, if one is to be given."""

    reason = forms.CharField(
        label=gettext_lazy("Reason (may stay empty)"), max_length=200, required=False
    )


class SignForm(forms.Form):
    signed_on = forms.DateField(label=gettext_lazy("Signed on"), widget=DayInput)


class EndForm(forms.Form):
    """The end of a pairing."""

    to_on = forms.DateField(label=gettext_lazy("Last day"), widget=DayInput)
    graduated = forms.BooleanField(
        label=gettext_lazy("The pupil has graduated from this pairing"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason (may stay empty)"), max_length=200, required=False
    )
