"""Apps know only those below them: here in foreign keys, migrations, template names and links;
imports are watched by import-linter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLResolver

ROOT = Path(__file__).resolve().parent.parent
# From the bottom up; an app may point at itself and at those before it.
LAYERS = ("core", "committees", "accounts", "notices", "records", "tutors", "courses", "dashboards")
RANK = {app: rank for rank, app in enumerate(LAYERS)}
URL = re.compile(r"{%-?\s*(?:url|link)\s+['\"]([\w:.-]+)['\"]")
INCLUDED = re.compile(r"{%-?\s*(?:include|extends)\s+['\"]([\w/.-]+?)/[\w.#-]+['\"]")
REVERSED = re.compile(r"(?:reverse|redirect|reverse_lazy)\(\s*['\"]([\w-]+):[\w-]+['\"]")


def above(app: str, other: str) -> bool:
    return other in RANK and RANK[other] > RANK[app]


def test_foreign_keys_point_down() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in RANK
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and above(model._meta.app_label, field.related_model._meta.app_label)
    ]
    assert upward == []


def test_core_points_at_nothing() -> None:
    pointing = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_app_config("core").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and field.related_model._meta.app_label != "core"
    ]
    assert pointing == []


def test_migrations_depend_downwards() -> None:
    loader = MigrationLoader(None)
    upward = [
        f"{app}.{name} -> {needed[0]}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in RANK
        for needed in migration.dependencies
        if above(app, needed[0])
    ]
    assert upward == []


def templates() -> list[tuple[str, Path]]:
    """(app, template) of every template that belongs to an app; error pages to core."""
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        parts = path.relative_to(ROOT / "templates").parts
        owner = parts[0] if len(parts) > 1 else "core"
        if owner in RANK:
            found.append((owner, path))
    return found


def test_templates_link_and_include_downwards() -> None:
    """A page of a lower app does not know the pages above it; registries bring those in."""
    upward = []
    for app, path in templates():
        text = path.read_text(encoding="utf-8")
        for name in URL.findall(text):
            target = name.split(":")[0] if ":" in name else ""
            if above(app, target):
                upward.append(f"{path.name}: url {name}")
        for folder in INCLUDED.findall(text):
            if above(app, folder.split("/")[0]):
                upward.append(f"{path.name}: include {folder}")
    assert upward == []


@pytest.mark.parametrize("app", LAYERS)
def test_code_links_downwards(app: str) -> None:
    upward = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in sorted((ROOT / app).rglob("*.py"))
        for target in REVERSED.findall(path.read_text(encoding="utf-8"))
        if above(app, target)
    ]
    assert upward == []


def names(resolver: URLResolver, before: tuple[str, ...] = ()) -> set[str]:
    found: set[str] = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found |= names(entry, (*before, entry.namespace) if entry.namespace else before)
        elif entry.name:
            found.add(":".join((*before, entry.name)))
    return found


def test_every_link_of_a_template_leads_somewhere() -> None:
    """Also links inside `{% if %}` that no test happens to open."""
    known = names(get_resolver())
    dangling = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for line in path.read_text(encoding="utf-8").splitlines():
            for name in URL.findall(line):
                # `{% url … as x %}` asks whether a page exists.
                optional = re.search(
                    rf"(?:url|link)\s+['\"]{re.escape(name)}['\"][^%]*\sas\s", line
                )
                if name not in known and not optional:
                    dangling.append(f"{path.relative_to(ROOT)}: {name}")
    assert dangling == []


def test_the_walk_finds_what_points_upwards() -> None:
    """The patterns see real lines, so that an empty list means something."""
    assert URL.findall('{% url "courses:offering-list" %}') == ["courses:offering-list"]
    assert URL.findall("{% link 'courses:offering-list' %}") == ["courses:offering-list"]
    assert INCLUDED.findall("{% include 'courses/_row.html' with x=1 %}") == ["courses"]
    assert REVERSED.findall('redirect("courses:offering-list")') == ["courses"]
    assert above("committees", "courses")
    assert not above("courses", "committees")
    with pytest.raises(NoReverseMatch):
        reverse("no-such-page")
