"""The fonts of our paper, and which characters they can draw.

Noto Sans in its Chinese, then its traditional and Japanese forms: the later ones only draw what the
first has not (𠮷 stands in the Japanese one). The files come with a pip package, so every machine
prints the same.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PACKAGE = "justmytype_intl_cjk"
# In the order in which a character is looked for; templates name the families in this order.
FOLDERS = ("notosanssc", "notosanstc", "notosansjp")
# Signs that leave no mark: controls, joiners, spaces, variation selectors.
UNDRAWN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
SEGMENTED_COVERAGE = 12  # the only form of the table that reaches beyond U+FFFF


def folders() -> list[str]:
    """Folders of the font files."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"the font package {PACKAGE} is not installed")
    ofl = Path(spec.submodule_search_locations[0]) / "fonts" / "ofl"
    return [str(ofl / name) for name in FOLDERS]


@lru_cache(maxsize=1)
def drawable() -> frozenset[int]:
    """Code points of every character that one of our fonts draws."""
    found: set[int] = set()
    for folder in folders():
        for file in sorted(Path(folder).glob("*.ttf")):
            found.update(_coverage(file.read_bytes()))
    return frozenset(found)


def _coverage(font: bytes) -> Iterator[int]:
    """Code points in the `cmap` table of a TrueType file (sub-tables of form 12)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * number) for number in range(tables))
    start = next(offset for tag, _check, offset, _length in records if tag == b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    for number in range(count):
        _platform, _encoding, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * number)
        (form,) = struct.unpack_from(">H", font, start + offset)
        if form != SEGMENTED_COVERAGE:
            continue
        (groups,) = struct.unpack_from(">I", font, start + offset + 12)
        for group in range(groups):
            place = start + offset + 16 + 12 * group
            first, last, _glyph = struct.unpack_from(">III", font, place)
            yield from range(first, last + 1)


def undrawable(values: Any) -> list[str]:
    """Characters of all texts in `values` (dictionaries, lists, texts) that no font draws."""
    signs = {sign for text in _texts(values) for sign in text}
    known = drawable()
    return sorted(sign for sign in signs if ord(sign) not in known and _leaves_a_mark(sign))


def _leaves_a_mark(sign: str) -> bool:
    is_selector = "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"
    return unicodedata.category(sign) not in UNDRAWN and not is_selector


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        yield from _texts(values.values())
    elif isinstance(values, Iterable) and not isinstance(values, bytes):
        for value in values:
            yield from _texts(value)
