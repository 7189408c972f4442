"""Forms of classes. What fits together is decided by the services; a form reads and points."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import TrainingBase
from core.errors import DomainError
from core.words import in_language
from courses.models import Course, Offering, Session
from records.models import HourCategory

EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)
# Fields of a service and the fields of the form that stand for them.
STANDS_FOR = {"starts_at": "starts", "ends_at": "ends", "quarters": "hours"}


class DayField(forms.DateField):
    """A day, picked or typed, between 2000 and 2100."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        validators = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
        super().__init__(validators=validators, **kwargs)


class MomentField(forms.DateTimeField):
    """A day and a time between 2000 and 2100."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        kwargs.setdefault("widget", widget)
        zone = datetime.timezone(datetime.timedelta(hours=8))
        validators = [
            MinValueValidator(datetime.datetime(2000, 1, 1, tzinfo=zone)),
            MaxValueValidator(datetime.datetime(2100, 12, 31, tzinfo=zone)),
        ]
        super().__init__(validators=validators, **kwargs)


class ClockField(forms.TimeField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
        super().__init__(**kwargs)


class HoursField(forms.DecimalField):
    """Class hours in steps of a quarter; cleaned to integer quarters."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Class hours"))
        kwargs.setdefault("help_text", _("In steps of 0.25."))
        super().__init__(min_value=0.25, max_value=most, max_digits=5, decimal_places=2, **kwargs)

    def clean(self, value: Any) -> Any:
        hours = super().clean(value)
        if hours is None:
            return None
        quarters = hours * 4
        if quarters != int(quarters):
            raise forms.ValidationError(_("Give the hours in steps of 0.25."))
        return int(quarters)

    def prepare_value(self, value: Any) -> Any:
        """Quarters given as initial value are shown as hours; typed text is shown as typed."""
        return f"{value / 4:g}" if isinstance(value, int) else value


class HouseForm(forms.Form):
    """Shows what a service refused at the field it belongs to."""

    def refuse(self, error: DomainError) -> None:
        name = STANDS_FOR.get(error.field, error.field)
        self.add_error(name if name in self.fields else None, error.message)


class Named:
    """Rows to choose from are called as the reader calls them."""

    def label_from_instance(self, row: Course | TrainingBase) -> str:
        return row.title if isinstance(row, Course) else row.name


class NamedField(Named, forms.ModelChoiceField):
    pass


class CourseForm(HouseForm):
    base = NamedField(TrainingBase.objects.none(), label=_("Training base"))
    title_zh = forms.CharField(label=_("Chinese title"), max_length=160)
    title_en = forms.CharField(label=_("English title"), max_length=240, required=False)
    hours = HoursField(most=100, initial=16)
    about_zh = forms.CharField(
        label=_("About in Chinese"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    about_en = forms.CharField(
        label=_("About in English"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    special = forms.BooleanField(label=_("Special course"), required=False)
    published = forms.BooleanField(label=_("Published"), required=False)

    def __init__(self, *args: Any, bases: Any, course: Course | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bind_base(self, bases, fixed=course is not None)


class SeveralField(Named, forms.ModelMultipleChoiceField):
    """Numbers that no row can have are refused like those that none has."""

    def _check_values(self, value: Any) -> Any:
        try:
            return super()._check_values(value)  # type: ignore[misc]
        except OverflowError:
            raise forms.ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": _("a number that is too large")},
            ) from None


class OfferingForm(HouseForm):
    base = NamedField(TrainingBase.objects.none(), label=_("Training base"))
    title_zh = forms.CharField(label=_("Chinese title"), max_length=160)
    title_en = forms.CharField(label=_("English title"), max_length=240, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Offering.Kind.choices)
    courses = SeveralField(
        Course.objects.none(), label=_("Courses"), widget=forms.CheckboxSelectMultiple
    )
    begins_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    enrol_until = MomentField(
        label=_("Enrol until"),
        required=False,
        help_text=_("Empty: until the day before the class begins."),
    )
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=2_000, initial=30)
    venue_zh = forms.CharField(label=_("Venue"), max_length=120, required=False)
    venue_en = forms.CharField(label=_("Venue in English"), max_length=160, required=False)
    about_zh = forms.CharField(
        label=_("About in Chinese"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    about_en = forms.CharField(
        label=_("About in English"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )

    def __init__(
        self, *args: Any, bases: Any, offering: Offering | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        bind_base(self, bases, fixed=offering is not None)
        courses = Course.objects.filter(base__in=bases).order_by("title_zh", "pk")
        self.fields["courses"].queryset = courses  # type: ignore[attr-defined]
        if not courses.exists():
            self.fields["courses"].help_text = _("No course yet: add one to the catalogue first.")


class SessionForm(HouseForm):
    course = NamedField(Course.objects.none(), label=_("Course"))
    on = DayField(label=_("Day"))
    starts = ClockField(label=_("Starts at"))
    ends = ClockField(label=_("Ends at"))
    hours = HoursField(most=24, initial=16)
    category = forms.ChoiceField(label=_("Category"), choices=HourCategory.choices)
    venue_zh = forms.CharField(
        label=_("Venue"),
        max_length=120,
        required=False,
        help_text=_("Empty: the place of the class."),
    )
    venue_en = forms.CharField(label=_("Venue in English"), max_length=160, required=False)

    def __init__(self, *args: Any, offering: Offering, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taught = offering.courses.order_by("title_zh", "pk")
        self.fields["course"].queryset = taught  # type: ignore[attr-defined]
        only = list(taught[:2])
        if len(only) == 1:
            self.fields["course"].initial = only[0]

    def facts(self) -> dict[str, Any]:
        """What the services take, from what was typed."""
        typed = self.cleaned_data
        zone = timezone.get_current_timezone()
        return {
            "course": typed["course"],
            "starts_at": datetime.datetime.combine(typed["on"], typed["starts"], zone),
            "ends_at": datetime.datetime.combine(typed["on"], typed["ends"], zone),
            "quarters": typed["hours"],
            "category": typed["category"],
            "venue_zh": typed["venue_zh"],
            "venue_en": typed["venue_en"],
        }

    @staticmethod
    def initial_of(session: Session) -> dict[str, Any]:
        start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        return {
            "course": session.course_id,
            "on": start.date(),
            "starts": start.time(),
            "ends": end.time(),
            "hours": session.quarters,
            "category": session.category,
            "venue_zh": session.venue_zh,
            "venue_en": session.venue_en,
        }


class CancelClassForm(HouseForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Everybody who is enrolled will read this sentence."),
    )


class CancelEnrolmentForm(HouseForm):
    """A reason is a category: nobody has to tell a story."""

    REASONS = (
        ("duty", _("Official duty")),
        ("clash", _("Another class or meeting at that time")),
        ("family", _("Family matter")),
        ("other", _("Other")),
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS, widget=forms.RadioSelect)


class CodeForm(HouseForm):
    code = forms.CharField(
        label=_("Six digits on the screen"),
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "tb-code-input"}
        ),
    )

    def clean_code(self) -> str:
        """Spaces and full-width digits are welcome."""
        typed = "".join(str(self.cleaned_data["code"]).split())
        return typed.translate({0xFF10 + digit: str(digit) for digit in range(10)})


# Key, Chinese and English name of each base that can be chosen.
BaseNames = tuple[tuple[int, str, str], ...]


class FilterForm(forms.Form):
    """The filters of the list of classes; they stand in the address."""

    STATES = (
        ("", _("Current")),
        ("open", _("Open for enrolment")),
        ("running", _("Running")),
        ("completed", _("Completed")),
        ("cancelled", _("Cancelled")),
        ("draft", _("Draft")),
        ("all", _("All")),
    )
    q = forms.CharField(label=_("Title or place"), max_length=60, required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("All kinds")), *Offering.Kind.choices], required=False
    )
    base = forms.TypedChoiceField(
        label=_("Training base"), coerce=int, empty_value=None, required=False
    )
    month = forms.ChoiceField(label=_("Month"), required=False)

    def __init__(self, *args: Any, bases: BaseNames, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(key, in_language(zh, en)) for key, zh, en in bases]
        self.fields["base"].choices = [("", _("All bases")), *named]  # type: ignore[attr-defined]
        self.fields["month"].choices = [("", _("Any month")), *months_around(today)]  # type: ignore[attr-defined]


def months_around(today: datetime.date) -> list[tuple[str, str]]:
    """A year back and a year ahead, as "2026-04"."""
    first = today.year * 12 + today.month - 1 - 12
    names = [f"{number // 12}-{number % 12 + 1:02d}" for number in range(first, first + 25)]
    return [(name, name) for name in names]


def bind_base(form: forms.Form, bases: Any, *, fixed: bool) -> None:
    """The base is chosen among those the person runs; with one of them there is no question."""
    if fixed:
        del form.fields["base"]
        return
    field = form.fields["base"]
    field.queryset = bases  # type: ignore[attr-defined]
    only = list(bases[:2])
    if len(only) == 1:
        field.initial = only[0]
        field.widget = field.hidden_widget()
