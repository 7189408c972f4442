"""What no template may hold: inline code, foreign hosts, text outside the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
ICONS = {
    line.strip()
    for line in (ROOT / "static" / "icons.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
}
HAN = re.compile(r"[\u3400-\u9fff]")


def without_comments(text: str) -> str:
    return re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", "", text, flags=re.DOTALL)


def without_code(text: str) -> str:
    """Without template tags and variables: what reaches the browser as it stands."""
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", without_comments(text), flags=re.DOTALL)


def offences(pattern: str, files: list[Path] = TEMPLATES, flags: int = re.IGNORECASE) -> list[str]:
    """Places where `pattern` occurs, as "file: match"."""
    return [
        f"{path.relative_to(ROOT)}: {found.group(0)[:60]}"
        for path in files
        for found in re.finditer(pattern, without_comments(path.read_text(encoding="utf-8")), flags)
    ]


def test_the_checks_look_at_something() -> None:
    assert len(TEMPLATES) > 50
    assert len(STYLES) >= 5
    assert len(SCRIPTS) >= 5


def test_no_inline_style() -> None:
    assert offences(r"<style\b|\sstyle\s*=") == []


def test_no_inline_script() -> None:
    assert offences(r"<script(?![^>]*\bsrc=)[^>]*>") == []


def test_no_handler_in_an_attribute() -> None:
    handler = re.compile(r"<[^>]*\s(on[a-z]+|hx-on[\w:.-]*)\s*=", re.IGNORECASE)
    texts = {path: without_code(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert [str(path) for path, text in texts.items() if handler.search(text)] == []
    assert offences(r"javascript:") == []


def test_no_foreign_host() -> None:
    allowed = r"(?!www\.w3\.org/2000/svg)"
    assert offences(rf"(https?:)?//{allowed}[a-z0-9-]+\.[a-z]{{2,}}", TEMPLATES) == []
    assert offences(rf"(https?:)//{allowed}", STYLES + SCRIPTS) == []


def test_no_chinese_outside_the_catalogue() -> None:
    """A sentence may name an example in Chinese: it stands in the catalogue like any other."""
    translated = r"""\{% translate (".*?"|'.*?')|_\((".*?"|'.*?')\)"""
    texts = {
        path: re.sub(translated, "", without_comments(path.read_text(encoding="utf-8")))
        for path in TEMPLATES
    }
    assert [str(path.relative_to(ROOT)) for path, text in texts.items() if HAN.search(text)] == []


def test_no_script_holds_words_for_people() -> None:
    assert [path.name for path in SCRIPTS if HAN.search(path.read_text(encoding="utf-8"))] == []


def test_every_colour_is_named_in_the_tokens() -> None:
    free = [path for path in STYLES if path.name not in ("tokens.css", "print.css")]
    # White behind a QR code is part of the code, not of the theme.
    assert offences(r"#[0-9a-f]{3,8}\b(?!FFFFFF)", free) == ["static/css/house.css: #FFFFFF"]


def test_no_css_newer_than_the_oldest_browser() -> None:
    """Chromium 109 and Safari 15: no :has(), color-mix(), nesting or container queries."""
    assert offences(r":has\(|color-mix\(|@container|@layer|\n\s*&", STYLES) == []


def test_every_icon_of_a_template_is_in_the_list() -> None:
    used = {
        name
        for path in TEMPLATES
        for name in re.findall(r'\{% icon "([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert used - ICONS == set()


def test_every_text_of_a_button_or_heading_is_translated() -> None:
    """A bare English word between tags would stay English on a Chinese page."""
    bare = r">\s*[A-Z][a-z]+(?: [a-z]+)*[.?!]?\s*</(?:button|h[1-6]|a|p|th|label|legend|summary)>"
    known = {"English"}
    found = [place for place in offences(bare, flags=0) if not any(word in place for word in known)]
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_is_of_a_length_to_read_and_compiles(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150
    get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_of_a_length_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150
