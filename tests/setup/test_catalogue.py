"""Both languages are complete: every text has its Chinese, and no translation is left over."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
TWO_FORMS = b"nplurals=2; plural=(n != 1)"
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]")
ENGLISH = re.compile(r"[A-Za-z]{3}")
CHINESE = re.compile(r"[\u3400-\u9fff]")
PACKAGES = [*sorted(file.parent.name for file in ROOT.glob("*/apps.py")), "trainingbase"]


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What xgettext finds in a copy of code and templates."""
    if not shutil.which("xgettext"):
        if os.environ.get("REQUIRE_GETTEXT"):
            pytest.fail("gettext is not installed, and REQUIRE_GETTEXT asks for it")
        pytest.skip("gettext is not installed")
    copy = tmp_path_factory.mktemp("texts")
    for package in (*PACKAGES, "templates"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("*.pyc"))
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--keep-pot"],
        cwd=copy,
        env={key: text for key, text in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
        check=True,
        capture_output=True,
    )
    template = (copy / "locale" / "django.pot").read_bytes()
    return read_po(io.BytesIO(template.replace(b"nplurals=INTEGER; plural=EXPRESSION", TWO_FORMS)))


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def forms(text: object) -> list[str]:
    """A text, or the forms of a plural, as a list."""
    return [str(form) for form in text] if isinstance(text, tuple | list) else [str(text)]


def first(message: Message) -> str:
    return forms(message.id)[0]


def test_every_text_has_its_chinese(used: Catalog, chinese: Catalog) -> None:
    lacking = []
    for message in used:
        found = chinese.get(message.id, message.context) if message.id else None
        if message.id and (found is None or not all(forms(found.string))):
            place = message.locations[0] if message.locations else ("?", 0)
            lacking.append(f"{place[0]}: {first(message)}")

    assert lacking == []


def test_no_text_is_left_that_nobody_shows(used: Catalog, chinese: Catalog) -> None:
    assert [first(m) for m in chinese if m.id and used.get(m.id, m.context) is None] == []


def test_no_translation_is_a_guess(chinese: Catalog) -> None:
    assert [first(message) for message in chinese if message.id and message.fuzzy] == []


def test_translations_keep_the_placeholders(chinese: Catalog) -> None:
    broken = []
    for message in chinese:
        allowed = {name for form in forms(message.id) for name in PLACEHOLDER.findall(form)}
        needed = set(PLACEHOLDER.findall(forms(message.id)[-1]))
        for form in forms(message.string):
            names = set(PLACEHOLDER.findall(form))
            if message.id and form and not (needed <= names | {"%s", "%d"} and names <= allowed):
                broken.append(f"{first(message)} -> {form}")

    assert broken == []


def test_source_texts_are_english(used: Catalog) -> None:
    """Chinese examples inside an English sentence are fine."""
    texts = [first(message) for message in used if message.id]

    assert [text for text in texts if CHINESE.search(text) and not ENGLISH.search(text)] == []
