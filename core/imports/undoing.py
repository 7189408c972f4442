"""Taking back what an import wrote: only what still equals it, and only what nobody uses."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from core import audit
from core.imports.rows import Write

if TYPE_CHECKING:
    from core.imports.kinds import ImportContext

Key = tuple[str, int]


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return str(value)


def created(obj: models.Model, leave_out: Iterable[str] = ()) -> Write:
    """Note a new row with all that it holds."""
    skip = {obj._meta.pk.attname, *leave_out} if obj._meta.pk else set(leave_out)
    fields = {
        field.attname: (None, plain(getattr(obj, field.attname)))
        for field in obj._meta.concrete_fields
        if field.attname not in skip
    }
    return Write(obj._meta.label_lower, obj.pk, fields, created=True)


def changed(obj: models.Model, before: dict[str, Any]) -> Write:
    """Note the fields of `before` (attname -> old value) as they are now."""
    fields = {key: (plain(old), plain(getattr(obj, key))) for key, old in before.items()}
    return Write(obj._meta.label_lower, obj.pk, fields)


def load(writes: Iterable[Write]) -> dict[Key, models.Model]:
    """The rows behind `writes` under lock, as far as they still exist."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for write in writes:
        wanted[write.model].add(write.pk)
    found: dict[Key, models.Model] = {}
    for label, keys in sorted(wanted.items()):
        rows = apps.get_model(label)._base_manager.select_for_update(no_key=False, of=("self",))
        for obj in rows.filter(pk__in=keys).order_by("pk"):
            found[label, obj.pk] = obj
    return found


def why_not(write: Write, obj: models.Model | None) -> str:
    """Why `write` cannot be taken back for what the row holds today; "" when it can."""
    if obj is None:
        return _("It has been removed since.")
    other = [key for key, (_old, new) in write.fields.items() if plain(getattr(obj, key)) != new]
    if not other:
        return ""
    words = [str(obj._meta.get_field(key).verbose_name) for key in other]  # type: ignore[union-attr]
    return _("Changed since: %(fields)s.") % {"fields": _(", ").join(dict.fromkeys(words))}


def references(writes: Iterable[Write]) -> dict[Key, set[Key]]:
    """Who points at the rows that `writes` created: row -> rows of any table."""
    made: dict[str, set[int]] = defaultdict(set)
    for write in writes:
        if write.created:
            made[write.model].add(write.pk)
    found: dict[Key, set[Key]] = defaultdict(set)
    for label, keys in made.items():
        for relation in apps.get_model(label)._meta.get_fields(include_hidden=True):
            if not relation.auto_created or relation.concrete:
                continue
            if not isinstance(relation, models.ManyToOneRel):  # OneToOneRel is one, too
                continue
            model, name = relation.related_model, relation.field.attname
            rows = model._base_manager.filter(**{f"{relation.field.name}__in": keys})
            for pk, target in rows.values_list("pk", name):
                found[label, target].add((model._meta.label_lower, pk))
    return found


def used_by(keys: Iterable[Key]) -> str:
    """A sentence about rows that point at something."""
    words = {str(apps.get_model(label)._meta.verbose_name_plural) for label, _pk in keys}
    return _("Used since by: %(what)s.") % {"what": _(", ").join(sorted(words))}


def withdraw(write: Write, obj: Any, context: ImportContext) -> None:
    """Take one write back: the row goes, or its fields get what they held before."""
    if write.created:
        audit.record(actor=context.actor, action=f"{obj._meta.model_name}.withdraw", obj=obj)
        obj.delete()
        return
    restore(write, obj)
    audit.record(
        actor=context.actor,
        action=f"{obj._meta.model_name}.withdraw",
        obj=obj,
        after={"fields": sorted(write.fields)},
    )


def restore(write: Write, obj: models.Model) -> None:
    """Give the fields what they held before."""
    for key, (old, _new) in write.fields.items():
        field = obj._meta.get_field(key)
        setattr(obj, key, field.to_python(old))  # type: ignore[union-attr]
    obj.save(update_fields=list(write.fields))
