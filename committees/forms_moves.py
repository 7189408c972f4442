"""Input about changes of people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import Affiliation, Person, Place
from committees.models.people import CAN_BE_IN_CHARGE, Post
from committees.services.bulk import NewPerson
from committees.services.secretaries import ONWARD, NewPost, Onward, SecretaryChange
from core.scope import Role, scope_of

FOUND = 12
PLACED = (*ONWARD, Post.FIRST_SECRETARY, Post.SECRETARY)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _labels(posts: Any) -> list[tuple[str, Any]]:
    return [(str(post.value), post.label) for post in posts]


def reach(viewer: Any) -> Any:
    """Standing places in which the viewer may appoint."""
    here = scope_of(viewer).under("path", Role.ORGANISER, Role.DISTRICT)
    return Place.objects.standing().filter(here, hidden=False)


def find_place(viewer: Any, text: str, level: int | None = None) -> Place:
    """A place in the viewer's reach by its code or full name. Raises ValidationError."""
    text = "".join(text.split())
    by = {"code": text} if text.isdecimal() else {"name_zh": text}
    rows = reach(viewer).filter(**by)
    found = list((rows.filter(level=level) if level else rows)[:2])
    if not found:
        raise ValidationError(_("No place in your area has this name or code."))
    if len(found) > 1:
        raise ValidationError(_("Several places bear this name. Give the 12-digit code."))
    place: Place = found[0]
    return place


class ChangeForm(forms.Form):
    """The parts every change has: its day and the reason that stays on record."""

    on = forms.DateField(
        label=gettext_lazy("First day of the change"),
        widget=DayInput,
        help_text=gettext_lazy(
            "What is old ends the day before. Enter the change on its day or later."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason or document"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Kept in the audit trail, for example the number of the notice."),
    )

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": timezone.localdate()})
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    # Fields of the services that are called otherwise here.
    names: dict[str, str] = {}

    def fail(self, name: str, message: str) -> None:
        """Show what a service refused beside the field it speaks of."""
        name = self.names.get(name, name)
        self.add_error(name if name in self.fields else None, message)


class SecretaryForm(ChangeForm):
    """Who follows, and what becomes of the secretary who is there."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who takes over"),
        choices=[
            ("here", gettext_lazy("Somebody of this committee")),
            ("other", gettext_lazy("Somebody else in my area")),
            ("new", gettext_lazy("A new person")),
            ("vacant", gettext_lazy("Nobody yet: the post stays vacant")),
        ],
        widget=forms.RadioSelect,
    )
    here = forms.ChoiceField(label=gettext_lazy("Of this committee"))
    other = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=50,
        help_text=gettext_lazy("Full name, pinyin or initials."),
    )
    picked = forms.ChoiceField(label=gettext_lazy("Which of them"), widget=forms.RadioSelect)
    keeps_posts = forms.BooleanField(
        label=gettext_lazy("Keeps the posts in other committees (held concurrently)"),
        required=False,
    )
    name_zh = forms.CharField(label=gettext_lazy("Full name"), max_length=50)
    mobile = forms.CharField(
        label=gettext_lazy("Mobile"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=gettext_lazy("Whoever is known by name and number is not entered twice."),
    )
    takes_over_as = forms.ChoiceField(label=gettext_lazy("Takes over as"))
    source = forms.ChoiceField(
        label=gettext_lazy("Source of secretary"),
        required=False,
        choices=[("", gettext_lazy("not known")), *Affiliation.Source.choices],
    )
    onward = forms.ChoiceField(
        choices=Onward.choices,
        initial=Onward.LEAVES,
        widget=forms.RadioSelect,
    )
    onward_post = forms.ChoiceField(label=gettext_lazy("Post that follows"))
    onward_place = forms.CharField(
        label=gettext_lazy("Committee"),
        max_length=80,
        help_text=gettext_lazy("Its full name or 12-digit code."),
        widget=forms.TextInput(attrs={"list": "committees", "autocomplete": "off"}),
    )
    field_order = ("on",)
    asked = (
        *("here", "other", "picked", "name_zh", "takes_over_as"),
        *("onward", "onward_post", "onward_place"),
    )
    names = {"successor": "who", "person": "who", "in_charge": "takes_over_as", "post": "who"}

    def __init__(
        self, *args: Any, committee: Place, holder: Affiliation | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.committee, self.holder = committee, holder
        rows = Affiliation.objects.open().filter(place=committee).select_related("person")
        team = {str(row.person.public_id): row for row in rows.order_by("-person__pinyin", "-pk")}
        # The holder follows only where she is in charge and becomes secretary.
        self._team = {
            key: row
            for key, row in reversed(team.items())
            if holder is None or row.person_id != holder.person_id or holder.in_charge
        }
        self._set("here", [(key, f"{r.person.name} · {r.title}") for key, r in self._team.items()])
        posts = [post for post in Post if post in CAN_BE_IN_CHARGE]
        in_charge = [
            (
                post.value,
                _("%(post)s in charge, the post of secretary stays vacant") % {"post": post.label},
            )
            for post in posts
        ]
        self._set("takes_over_as", [(Post.SECRETARY, Post.SECRETARY.label), *in_charge])
        self._set("onward_post", [("", "—"), *_labels((Post.SECRETARY, *ONWARD))])
        if holder is not None:
            self.fields["onward"].label = _("What becomes of %(name)s") % {
                "name": holder.person.name
            }
        else:
            for name in ("onward", "onward_post", "onward_place"):
                del self.fields[name]
        self._matches = self._find()
        self._set("picked", [(str(p.public_id), self._about(p)) for p in self._matches])
        if len(self._matches) < 2:
            del self.fields["picked"]

    def full_clean(self) -> None:
        """What belongs to one answer is asked for by `clean`; on the page it is not optional."""
        asked = [self.fields[name] for name in self.asked if name in self.fields]
        for field in asked:
            field.required = False
        super().full_clean()
        for field in asked:
            field.required = True

    def _set(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @staticmethod
    def _about(person: Person) -> str:
        return f"{person.name} · {person.unit.name if person.unit else '—'}"

    def _find(self) -> list[Person]:
        text = " ".join(str(self.data.get("other", "")).replace("\x00", "").split())[:50]
        if self.data.get("who") != "other" or not text:
            return []
        people = Person.objects.present_to(self.viewer).named(text).select_related("unit")
        return list(people.order_by("pinyin", "pk")[:FOUND])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        who = data.get("who")
        try:
            data["successor"] = getattr(self, f"_{who}")(data) if who else None
        except ValidationError as error:
            self.add_error({"new": "name_zh"}.get(str(who), str(who)), error)
        if data.get("onward") == Onward.MOVES and data.get("onward_place"):
            try:
                level = Place.Level.COMMITTEE
                data["place"] = find_place(self.viewer, data["onward_place"], level)
            except ValidationError as error:
                self.add_error("onward_place", error)
        return data

    def _vacant(self, data: dict[str, Any]) -> None:
        return None

    def _here(self, data: dict[str, Any]) -> Person:
        row = self._team.get(data.get("here") or "")
        if row is None:
            raise ValidationError(_("Nobody else serves here. Choose another way."))
        return row.person

    def _new(self, data: dict[str, Any]) -> NewPerson:
        if not (data.get("name_zh") or "").strip():
            raise ValidationError(_("Write the name of the new person."))
        return NewPerson(name_zh=data["name_zh"], mobile=data.get("mobile") or "")

    def _other(self, data: dict[str, Any]) -> Person:
        if not data.get("other"):
            raise ValidationError(_("Write the name of who takes over."))
        exact = [row for row in self._matches if row.name_zh == data["other"].strip()]
        picked = [row for row in self._matches if str(row.public_id) == data.get("picked")]
        for rows in (picked, self._matches, exact):
            if len(rows) == 1:
                return rows[0]
        if not self._matches:
            raise ValidationError(_("Nobody in your area has this name."))
        raise ValidationError(_("Several people fit. Choose one below."))

    def _in_charge_as(self) -> str:
        named = self.cleaned_data.get("takes_over_as") or ""
        return "" if named == Post.SECRETARY else named

    def change(self) -> SecretaryChange:
        data = self.cleaned_data
        return SecretaryChange(
            committee=self.committee,
            on=data["on"],
            successor=data.get("successor"),
            in_charge_as=self._in_charge_as(),
            keeps_posts=bool(data.get("keeps_posts")),
            onward=data.get("onward") or Onward.LEAVES,
            onward_post=data.get("onward_post") or "",
            onward_place=data.get("place"),
            source=data.get("source") or "",
            reason=data["reason"],
        )


class PostForm(ChangeForm):
    """A post that somebody takes up."""

    post = forms.ChoiceField(label=gettext_lazy("Post"))
    place = forms.CharField(
        label=gettext_lazy("Place"),
        max_length=80,
        help_text=gettext_lazy("Its full name or 12-digit code."),
        widget=forms.TextInput(attrs={"list": "committees", "autocomplete": "off"}),
    )
    in_charge = forms.BooleanField(
        label=gettext_lazy("In charge while the post of secretary is vacant"), required=False
    )
    concurrent = forms.BooleanField(
        label=gettext_lazy("A further seat as secretary, held concurrently"), required=False
    )
    field_order = ("place", "post", "in_charge", "concurrent", "on", "reason")

    def __init__(self, *args: Any, person: Person, leaves: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.leaves = person, leaves
        posts = (*PLACED, Post.STREET_CADRE, Post.ORGANISER)
        self.fields["post"].choices = _labels(post for post in Post if post in posts)  # type: ignore[attr-defined]
        if leaves:
            del self.fields["concurrent"]

    def clean_place(self) -> Place:
        return find_place(self.viewer, self.cleaned_data["place"])

    def new(self) -> NewPost:
        data = self.cleaned_data
        return NewPost(
            person=self.person,
            place=data["place"],
            post=data["post"],
            on=data["on"],
            leaves=self.leaves,
            in_charge=data["in_charge"],
            concurrent=data.get("concurrent", False),
            reason=data["reason"],
        )


class EndForm(ChangeForm):
    """The last day of a service."""

    names = {"to_on": "on"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Last day")
        self.fields["on"].help_text = _("Today or earlier.")
