"""Forms of rules: the fields of the value come from the type of the rule."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from committees.models.policy import GRADES
from committees.policies import PolicyAnswer, PolicyKey
from committees.rules import Input, WrongValue
from committees.services.policies import Draft
from core.errors import DomainError

EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)
PREFIX = "v_"


class DayField(forms.DateField):
    """A day, picked or typed, between 2000 and 2100."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
            **kwargs,
        )


def field_for(asked: Input) -> forms.Field:
    """The form field of one input. It lets everything through: the type itself says what fits."""
    named: dict[str, Any] = {
        "label": asked.label,
        "help_text": asked.help_text,
        "required": not asked.optional,
    }
    if asked.choices is None:
        return forms.CharField(max_length=200, **named)
    if asked.several:
        return forms.MultipleChoiceField(
            choices=list(asked.choices.items()), widget=forms.CheckboxSelectMultiple, **named
        )
    return forms.ChoiceField(choices=list(asked.choices.items()), **named)


class ChangeForm(forms.Form):
    """The new value, its dates, its source."""

    from_on = DayField(label=_("Valid from"))
    to_on = DayField(
        label=_("Valid until"), required=False, help_text=_("Empty: until the next change.")
    )
    source_zh = forms.CharField(
        label=_("Source of the rule"),
        max_length=300,
        help_text=_("Document, number, clause, edition."),
        widget=forms.Textarea({"rows": 2}),
    )
    source_en = forms.CharField(
        label=_("Source in English"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    grade = forms.ChoiceField(label=_("Grade of the source"), choices=GRADES)
    source_ends_on = DayField(label=_("Source valid until"), required=False)
    reason = forms.CharField(
        label=_("Reason of the change"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    checked = forms.BooleanField(
        label=_("I have compared the value with the text of the source today"), required=False
    )

    def __init__(self, *args: Any, rule: PolicyKey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        asked = {PREFIX + one.name: field_for(one) for one in rule.kind.inputs()}
        self.fields = {**asked, **self.fields}

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        typed = {
            name.removeprefix(PREFIX): value
            for name, value in facts.items()
            if name.startswith(PREFIX)
        }
        if any(name.startswith(PREFIX) for name in self.errors):
            return facts
        try:
            facts["value"] = self.rule.kind.parse(typed)
        except WrongValue as wrong:
            self.add_error(PREFIX + wrong.field, wrong.message)
        begin, end = facts.get("from_on"), facts.get("to_on")
        if begin and end and end < begin:
            self.add_error(
                "to_on",
                _("The last day lies before the first day. Leave it empty or choose a later one."),
            )
        return facts

    def draft(self) -> Draft:
        """What was written, as the service takes it."""
        names = ("value", "from_on", "to_on", "source_zh", "source_en", "grade")
        more = ("source_ends_on", "reason", "checked")
        return Draft(**{name: self.cleaned_data[name] for name in (*names, *more)})

    def refuse(self, error: DomainError) -> None:
        for name in (error.field, PREFIX + error.field):
            if name in self.fields:
                self.add_error(name, error.message)
                return
        self.add_error(None, error.message)


def first_values(rule: PolicyKey, answer: PolicyAnswer, begins: datetime.date) -> dict[str, Any]:
    """What the form shows at first: the value in force, and the day a new one would begin."""
    typed = rule.kind.typed(answer.value)
    return {PREFIX + name: value for name, value in typed.items()} | {
        "from_on": begins,
        "source_zh": answer.source_zh,
        "source_en": answer.source_en if answer.source_en != answer.source_zh else "",
        "grade": answer.grade or "D",
        "source_ends_on": answer.source_expired_on,
    }


class CheckForm(forms.Form):
    """Somebody compared the source with its text."""

    edition = forms.CharField(
        label=_("Document and edition compared"),
        max_length=200,
        help_text=_("For example: official text, edition of March 2026, section 3."),
    )
    source_ends_on = DayField(label=_("Source valid until"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def refuse(self, error: DomainError) -> None:
        self.add_error(error.field if error.field in self.fields else None, error.message)
