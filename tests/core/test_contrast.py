"""Contrast of the colour tokens, computed as WCAG 2.2 defines it, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
TEXT, CONTROL = 4.5, 3.0
STATUS = ("primary", "success", "warning", "danger", "info")


def block(selector: str) -> dict[str, str]:
    """Colours declared in the first rule that begins with `selector`."""
    source = TOKENS.read_text(encoding="utf-8")
    body = re.search(re.escape(selector) + r"\s*\{([^}]*)\}", source)
    assert body is not None, selector
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-F]{6});", body.group(1)))


LIGHT = block('[data-bs-theme="light"]')
DARK = block('[data-bs-theme="dark"]')
THEMES = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def too_weak(theme: dict[str, str], pairs: list[tuple[str, str]], least: float) -> dict[str, float]:
    ratios = {f"{one} on {two}": contrast(theme[one], theme[two]) for one, two in pairs}
    return {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < least}


def test_the_formula_gives_the_known_ends() -> None:
    assert contrast("#000000", "#FFFFFF") == 21
    assert round(contrast("#777777", "#FFFFFF"), 2) == 4.48


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable_on_every_ground(theme: dict[str, str]) -> None:
    grounds = ("bs-body-bg", "tb-surface", "bs-tertiary-bg")
    inks = ("bs-body-color", "bs-secondary-color", "bs-link-color", "bs-link-hover-color")

    assert too_weak(theme, [(ink, ground) for ink in inks for ground in grounds], TEXT) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_status_colours_are_readable_as_text(theme: dict[str, str]) -> None:
    pairs = [
        (ink, ground)
        for ink in (*(f"bs-{name}" for name in STATUS), "tb-mark")
        for ground in ("bs-body-bg", "tb-surface")
    ]

    assert too_weak(theme, pairs, TEXT) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_chips_and_messages_are_readable(theme: dict[str, str]) -> None:
    pairs = [(f"bs-{name}-text-emphasis", f"bs-{name}-bg-subtle") for name in STATUS]
    pairs += [("tb-mark-text-emphasis", "tb-mark-bg-subtle")]

    assert too_weak(theme, pairs, TEXT) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_button_labels_are_readable(theme: dict[str, str]) -> None:
    pairs = [
        ("tb-on-primary", "bs-primary"),
        ("tb-on-primary", "tb-primary-hover"),
        ("tb-on-status", "bs-danger"),
        ("bs-body-bg", "bs-body-color"),  # a toast
    ]

    assert too_weak(theme, pairs, TEXT) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_controls_focus_and_chart_marks_stand_out(theme: dict[str, str]) -> None:
    marks = ["tb-control-border", "bs-focus-ring-color", "bs-primary"]
    pairs = [(mark, ground) for mark in marks for ground in ("bs-body-bg", "tb-surface")]
    pairs += [(f"tb-c{number}", "tb-surface") for number in range(1, 7)]

    assert too_weak(theme, pairs, CONTROL) == {}


def test_the_theme_of_the_device_is_the_same_dark() -> None:
    assert block('[data-bs-theme="auto"]') == DARK


def test_both_themes_name_the_same_tokens() -> None:
    assert LIGHT.keys() == DARK.keys()
