"""Forms of sign-in, of one's own account and of those who look after accounts."""

from __future__ import annotations

import unicodedata
import uuid
from typing import TYPE_CHECKING, Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.internal.flows.login import derive_login_method
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import throttle
from accounts.permissions import grantable_roles
from committees.models import MemberOrganisation, Person, Place, TrainingBase
from core.scope import Role

if TYPE_CHECKING:
    from accounts.models import Invitation, User
    from committees.models.place import PlaceQuerySet
    from core.errors import DomainError

# A list longer than this is no list to choose from.
MOST_CHOICES = 200


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """One field for user name, e-mail or mobile, typed as people type them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("User name, e-mail or mobile")
        login.widget.attrs = {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        password = self.fields["password"]
        password.widget.attrs.pop("placeholder", None)
        password.help_text = ""  # the page has its own link, after the button

    def clean_login(self) -> str:
        return unicodedata.normalize("NFKC", self.cleaned_data["login"]).strip()

    def user_credentials(self) -> dict[str, str]:
        """One way only: a user name is never an e-mail or a mobile, so one hash is computed for
        every guess and the time says nothing about which accounts exist."""
        login = self.cleaned_data["login"]
        found = {str(derive_login_method(login).value): login}
        if self.cleaned_data.get("password"):
            found["password"] = self.cleaned_data["password"]
        return found


def _code_turn(form: Any) -> str:
    """Count a guess of a second factor's code; refuse when the guesses are used up."""
    key = f"code:{form.user.pk}"
    if not throttle.take_turn(key, throttle.PER_ACCOUNT):
        raise forms.ValidationError(
            _("Too many codes in a short time. Please wait five minutes, or use a passkey.")
        )
    return key


class AuthenticateForm(AllauthAuthenticateForm):  # type: ignore[misc]
    """A code at sign-in, its guesses counted in the database."""

    def clean_code(self) -> str:
        key = _code_turn(self)
        code: str = super().clean_code()
        throttle.give_back(key)
        return code


class ReauthenticateForm(AllauthReauthenticateForm):  # type: ignore[misc]
    """A code before a sensitive act."""

    def clean_code(self) -> str:
        key = _code_turn(self)
        code: str = super().clean_code()
        throttle.give_back(key)
        return code


class HouseForm(forms.Form):
    """A form that shows a rule's refusal beside the field it belongs to."""

    def fail(self, error: DomainError) -> None:
        known = error.field if error.field in self.fields else None
        self.add_error(known, error.message)


class ContactForm(HouseForm):
    """What one signs in with besides the user name."""

    email = forms.EmailField(label=_("E-mail"), required=False)
    mobile = forms.CharField(
        label=_("New mobile number"),
        required=False,
        max_length=30,
        help_text=_(
            "Leave empty to keep the present one. It is kept as a code, never shown in full."
        ),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


class TokenForm(HouseForm):
    """A new API token."""

    name = forms.CharField(label=_("What it is for"), max_length=60)
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("a year"))],
    )
    may_write = forms.BooleanField(
        label=_("May change data, not only read it"),
        required=False,
    )


class PlaceByName(forms.CharField):
    """A place by its name or its twelve-digit code, among those the viewer looks after."""

    def __init__(self, *, places: PlaceQuerySet, **kwargs: Any) -> None:
        super().__init__(max_length=80, **kwargs)
        self.places = places

    def clean(self, value: Any) -> Place | None:
        text = unicodedata.normalize("NFKC", super().clean(value)).strip()
        if not text:
            return None
        found = list(self.places.filter(Q(name_zh=text) | Q(code=text))[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(
                _("Several places have this name. Please enter the twelve-digit code.")
            )
        raise forms.ValidationError(_("No place of yours has this name or code."))


class NamedField(forms.ModelChoiceField):
    """Rows to choose from are called as the reader calls them."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class ScopedForm(HouseForm):
    """Role and where it is held, limited to what the viewer may give."""

    role = forms.ChoiceField(label=_("Role"))
    base = NamedField(
        label=_("Training base"), queryset=TrainingBase.objects.none(), required=False
    )
    member_org = NamedField(
        label=_("Member organisation"),
        queryset=MemberOrganisation.objects.none(),
        required=False,
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        roles = grantable_roles(viewer)
        self.fields["role"].choices = [(role, Role(role).label) for role in roles]  # type: ignore[attr-defined]
        self._where_fields(set(roles))

    def _where_fields(self, roles: set[str]) -> None:
        scope = self.viewer.scope
        everything = scope.has(Role.SYSTEM_ADMIN)
        managing = (Role.DISTRICT, Role.ORGANISER)
        places = Place.objects.standing().filter(hidden=False)
        places = places if everything else places.filter(scope.under("path", *managing))
        if everything or scope.has(*managing):
            self.fields["place"] = _place_field(places.order_by("level", "pinyin", "pk"))
        bases = TrainingBase.objects.all()
        if not everything:
            bases = bases.filter(pk__in=scope.base_ids(Role.BASE_ADMIN))
        self._choose(
            "base", bases.order_by("code"), wanted=everything or scope.has(Role.BASE_ADMIN)
        )
        orgs = MemberOrganisation.objects.filter(left_on=None)
        if not everything:
            orgs = orgs.filter(scope.under("place__path", Role.DISTRICT))
        self._choose("member_org", orgs.order_by("name_zh"), wanted=Role.MEMBER_ORG in roles)
        where = {"place", "base", "member_org"} & set(self.fields)
        if len(where) == 1 and not everything:  # nothing to choose between: it has to be said
            self.fields[where.pop()].required = True

    def _choose(self, name: str, rows: Any, *, wanted: bool) -> None:
        if wanted:
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        else:
            del self.fields[name]


def _place_field(places: PlaceQuerySet) -> forms.Field:
    """A list to choose from while it is short, else a field to type into."""
    label = _("Unit")
    if len(places[: MOST_CHOICES + 1]) <= MOST_CHOICES:
        return NamedField(label=label, queryset=places, required=False)
    return PlaceByName(
        label=label,
        places=places,
        required=False,
        help_text=_("Full Chinese name or twelve-digit code."),
    )


class GrantForm(ScopedForm):
    """A role with its dates."""

    from_on = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    to_on = forms.DateField(
        label=_("Until"),
        required=False,
        help_text=_("Empty: it is reviewed after a year."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    field_order = ("role", "place", "base", "member_org", "from_on", "to_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)


class InvitationForm(ScopedForm):
    """Whom to invite, and for which role."""

    person = NamedField(
        label=_("Person"),
        queryset=Person.objects.none(),
        required=False,
        to_field_name="public_id",
        help_text=_("People of your units who have no account yet."),
    )
    for_name = forms.CharField(
        label=_("Somebody else"),
        max_length=80,
        required=False,
        help_text=_("Name of someone who is not in the list."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.present_to(self.viewer).filter(user=None).order_by("pinyin", "pk")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        if len(people[: MOST_CHOICES + 1]) > MOST_CHOICES:
            # Too many to list: their page in the directory leads here with the person chosen.
            chosen = self.initial.get("person") or self.data.get("person")
            self.fields["person"].queryset = (  # type: ignore[attr-defined]
                people.filter(public_id=str(chosen)) if is_uuid(chosen) else people.none()
            )
        self.order_fields(("person", "for_name", "role", "place", "base", "member_org"))


def is_uuid(text: Any) -> bool:
    try:
        uuid.UUID(str(text))
    except ValueError:
        return False
    return True


class AcceptForm(HouseForm):
    """What the invited person chooses."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("3 to 60 letters, digits, dots or hyphens; Chinese is welcome."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    mobile = forms.CharField(
        label=_("Mobile number"),
        max_length=30,
        required=False,
        help_text=_("You can then sign in with it as well."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        help_text=_("At least 10 characters. A short sentence of your own is best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password again"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if invitation.user is not None:
            del self.fields["username"], self.fields["mobile"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.pop("password1", None), data.pop("password2", None)
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        return data | {"password": first or ""}
