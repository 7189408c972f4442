"""The words of docs/words.md hold in templates and in the catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
WORDS = ROOT / "docs" / "words.md"
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@dataclass(frozen=True)
class Term:
    english: str
    chinese: tuple[str, ...]
    not_english: tuple[str, ...]
    not_chinese: tuple[str, ...]


def _parts(cell: str, sign: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(sign) if part.strip())


def read_terms(page: str) -> list[Term]:
    """The rows of the tables with four columns."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("| ")
    ]
    return [
        Term(row[0], _parts(row[1], " / "), _parts(row[2], ";"), _parts(row[3], ";"))
        for row in rows
        if len(row) == 4 and row[1] != "中文"
    ]


TERMS = read_terms(WORDS.read_text(encoding="utf-8"))
WRONG_ENGLISH = [word for term in TERMS for word in term.not_english]
WRONG_CHINESE = [word for term in TERMS for word in term.not_chinese]


def catalogue() -> list[tuple[str, str]]:
    """Every English text with its Chinese; both forms of a plural."""
    with CATALOGUE.open("rb") as file:
        messages = list(read_po(file, locale="zh_Hans"))
    pairs = []
    for message in messages:
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        targets = message.string if isinstance(message.string, tuple) else (message.string,)
        pairs += [(str(source), str(target)) for source in sources for target in targets if source]
    return pairs


def wrong_words(text: str, wrong: list[str], *, whole: bool) -> list[str]:
    edge = r"\b" if whole else ""
    return [
        word for word in wrong if re.search(f"{edge}{re.escape(word)}{edge}", text, re.IGNORECASE)
    ]


def test_the_page_holds_the_terms_once() -> None:
    names = [term.english for term in TERMS]

    assert len(names) > 100
    assert [name for name in names if names.count(name) > 1] == []
    assert [term.english for term in TERMS if not term.chinese] == []


def test_no_term_is_refused_by_another() -> None:
    """A word that one row asks for must not be one that another row forbids."""
    asked = [(term.english, text) for term in TERMS for text in (term.english, *term.chinese)]
    clashes = [
        (name, text)
        for name, text in asked
        if wrong_words(text, WRONG_ENGLISH, whole=True)
        or wrong_words(text, WRONG_CHINESE, whole=False)
    ]

    assert clashes == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Enrollment closes today", ["enrollment"]),
        ("Enrolment closes today", []),
        ("Your Mentor writes", ["mentor"]),
        ("A mentorish text", []),
    ],
)
def test_the_check_finds_wrong_english(text: str, found: list[str]) -> None:
    assert wrong_words(text, WRONG_ENGLISH, whole=True) == found


@pytest.mark.parametrize(("text", "found"), [("短信发送失败", ["发送失败"]), ("短信未送达", [])])
def test_the_check_finds_wrong_chinese(text: str, found: list[str]) -> None:
    assert wrong_words(text, WRONG_CHINESE, whole=False) == found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_uses_our_words(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    # What stands between tags or in quotes of translate; names of routes and classes are code.
    shown = re.findall(r"""\{% translate (?:"([^"]*)"|'([^']*)')""", source)
    shown += [
        (text, "")
        for text in re.findall(
            r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}", source, re.DOTALL
        )
    ]
    found = [
        word for pair in shown for word in wrong_words(" ".join(pair), WRONG_ENGLISH, whole=True)
    ]

    assert found == []


def test_the_catalogue_asks_in_our_english() -> None:
    found = {
        source: wrong
        for source, _ in catalogue()
        if (wrong := wrong_words(source, WRONG_ENGLISH, whole=True))
    }

    assert found == {}


def test_the_catalogue_answers_in_our_chinese() -> None:
    found = {
        target: wrong
        for _, target in catalogue()
        if (wrong := wrong_words(target, WRONG_CHINESE, whole=False))
    }

    assert found == {}


def test_a_term_is_rendered_as_the_page_says() -> None:
    allowed = {term.english.lower(): term.chinese for term in TERMS}
    other = {
        source: target
        for source, target in catalogue()
        if source.lower() in allowed and target and target not in allowed[source.lower()]
    }

    assert other == {}
