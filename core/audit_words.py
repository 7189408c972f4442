"""The audit trail in words: what was done, to what, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import AuditEvent

# The last part of an action ("enrolment.create") in words. Others are shown as they are.
VERBS: Mapping[str, Any] = {
    "create": gettext_lazy("created"),
    "update": gettext_lazy("changed"),
    "cancel": gettext_lazy("cancelled"),
    "close": gettext_lazy("closed"),
    "complete": gettext_lazy("completed"),
    "confirm": gettext_lazy("confirmed"),
    "add": gettext_lazy("added"),
    "remove": gettext_lazy("removed"),
    "drop": gettext_lazy("removed"),
    "end": gettext_lazy("ended"),
    "accept": gettext_lazy("accepted"),
    "withdraw": gettext_lazy("taken back"),
    "revoke": gettext_lazy("revoked"),
    "retry": gettext_lazy("sent again"),
    "reverse": gettext_lazy("reversed"),
    "mark": gettext_lazy("marked"),
    "check_in": gettext_lazy("signed in to a session"),
    "reveal": gettext_lazy("shown in full"),
    "deactivate": gettext_lazy("deactivated"),
    "reactivate": gettext_lazy("opened again"),
    "sign_in": gettext_lazy("signed in"),
    "password": gettext_lazy("password changed"),
    "contact": gettext_lazy("contact changed"),
    "choose_channel": gettext_lazy("channel chosen"),
    "register": gettext_lazy("register loaded"),
    "profile": gettext_lazy("profile changed"),
    "words": gettext_lazy("words changed"),
    "export": gettext_lazy("exported"),
}
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Change:
    """One changed value of an act."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """An audit row as the page shows it."""

    event: AuditEvent
    act: str
    kind: str
    changes: tuple[Change, ...]
    who: str = ""  # the acting person as an English reader writes names; empty: as recorded


def told(event: AuditEvent, who: str = "") -> Told:
    model = _model(event.object_type)
    kind = str(model._meta.verbose_name) if model else event.object_type
    verb = VERBS.get(event.action.rpartition(".")[2])
    keys = list(dict.fromkeys([*event.before, *event.after]))
    changes = tuple(
        Change(
            _label(model, key),
            _value(model, key, event.before.get(key)),
            _value(model, key, event.after.get(key)),
        )
        for key in keys
    )
    return Told(event, str(verb or event.action), kind, changes, who)


def kinds() -> list[tuple[str, str]]:
    """(code, name) of what acts can be about: the portal's own models, by name."""
    own = [
        (model._meta.label_lower, str(model._meta.verbose_name))
        for config in apps.get_app_configs()
        if "." not in config.name and config.name not in ("allauth", "ninja")
        for model in config.get_models()
    ]
    return sorted(own, key=lambda pair: pair[1])


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _field(model: type[models.Model] | None, key: str) -> Any:
    if model is None:
        return None
    try:
        return model._meta.get_field(key.removesuffix("_id"))
    except FieldDoesNotExist:
        return None


def _label(model: type[models.Model] | None, key: str) -> str:
    return str(getattr(_field(model, key), "verbose_name", key))


def _value(model: type[models.Model] | None, key: str, value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_value(model, key, part) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_value(None, name, part)}" for name, part in value.items())
    choices = dict(getattr(_field(model, key), "flatchoices", None) or ())
    return str(choices.get(value, value))
