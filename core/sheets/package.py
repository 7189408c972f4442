"""What an .xlsx says besides its values: how far its sheets reach, what never got a value.

python-calamine gives an empty text for an error cell and for a formula without a cached value, and
lays every sheet out as a full rectangle. So the parts are looked through before it opens them.
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.sheets.gate import MAX_CELLS, check_size
from core.sheets.model import Problem

_TAG = re.compile(rb"<(?:\w+:)?(row|c)\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>", re.IGNORECASE)
_FILLED = re.compile(rb"<(?:\w+:)?c\s([^<>]*[^/<>])>(?!</)", re.IGNORECASE)
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?=[\s/>])(?![^<>]*\sr\s*=)", re.IGNORECASE)
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{0,8})([0-9]{0,12})[\"']")
_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>[^<]|<(?:\w+:)?is[\s>]")
_STRING = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DATE1904 = re.compile(r"<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*[\"'](?:1|true|on)[\"']")

MAX_FILLED = 500_000  # cells with content of one sheet


@dataclass(slots=True)
class Inspection:
    """Facts about a workbook before it is read. Cells are (row, column) from 0."""

    date1904: bool = False
    problems: dict[str, dict[tuple[int, int], Problem]] = field(default_factory=dict)


def inspect(package: zipfile.ZipFile) -> Inspection:
    """Look through the sheets of a checked package. Raises SheetRefused if one reaches too far."""
    book = package.read("xl/workbook.xml").decode("utf-8", "replace")
    found = Inspection(date1904=bool(_DATE1904.search(book)))
    targets = _targets(package)
    names = set(package.namelist())
    for attributes in map(_attributes, _SHEET.findall(book)):
        relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
        part = targets.get(relation, "")
        if part in names:
            found.problems[attributes.get("name", "")] = _look_through(package.read(part))
    return found


def _attributes(text: str) -> dict[str, str]:
    return {key: html.unescape(one or two) for key, one, two in _ATTRIBUTE.findall(text)}


def _targets(package: zipfile.ZipFile) -> dict[str, str]:
    """Relation id -> part."""
    try:
        text = package.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return {}
    found = {}
    for attributes in map(_attributes, _RELATION.findall(text)):
        target = attributes.get("Target", "")
        path = target[1:] if target.startswith("/") else posixpath.join("xl", target)
        found[attributes.get("Id", "")] = posixpath.normpath(path)
    return found


def _look_through(part: bytes) -> dict[tuple[int, int], Problem]:
    """Cells without a usable value; checks on the way how far the sheet reaches."""
    problems: dict[tuple[int, int], Problem] = {}
    last_row, last_column = 0, 0
    cells = _walked(part) if _UNPLACED.search(part) else _placed(part)
    for count, (row, column, attributes, start) in enumerate(cells):
        if row >= last_row or column >= last_column:
            last_row, last_column = max(last_row, row + 1), max(last_column, column + 1)
            check_size(last_row, last_column)
        if count == MAX_FILLED:
            check_size(last_row, MAX_CELLS)
        end = part.find(b"c>", start)
        body = part[start : end if end >= 0 else len(part)]
        if _ERROR.search(attributes):
            problems[row, column] = Problem.ERROR
        elif b"<" in body and _is_unvalued(attributes, body):
            problems[row, column] = Problem.NO_VALUE
    return problems


def _is_unvalued(attributes: bytes, body: bytes) -> bool:
    if not _FORMULA.search(body):
        return False
    return not _VALUE.search(body) and not _STRING.search(attributes)


def _placed(part: bytes) -> Iterator[tuple[int, int, bytes, int]]:
    """Cells that say where they are, as every office program writes them; empty ones are passed
    over by the pattern itself, because sheets with a hundred thousand empty rows exist."""
    for tag in _FILLED.finditer(part):
        reference = _REFERENCE.search(tag[1])
        if reference:
            column = column_number(reference[1].decode())
            yield int(reference[2] or 1) - 1, column, tag[1], tag.end()


def _walked(part: bytes) -> Iterator[tuple[int, int, bytes, int]]:
    """Cells that are where the ones before them leave them."""
    row, column = -1, -1
    for tag in _TAG.finditer(part):
        reference = _REFERENCE.search(tag[2])
        if tag[1].lower() == b"row":
            row, column = (int(reference[2] or 0) - 1 if reference else row + 1), -1
            continue
        if reference and reference[1]:
            row, column = int(reference[2] or 1) - 1, column_number(reference[1].decode())
        else:
            column += 1
        if not tag[3] and not part.startswith(b"</", tag.end()):
            yield row, column, tag[2], tag.end()


def column_number(letters: str) -> int:
    """A -> 0, AA -> 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
