"""Which column of a sheet is which field of the product."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.sheets.errors import SheetRefused
from core.sheets.model import Column

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_SIGNS = re.compile(r"[\s*＊:：_/\\、，,.。·\-—（）()【】\[\]《》<>\"'“”]+")
# Hints that offices write behind a title: 出生年月（YYYY.MM）, 手机（必填）.
_HINT = re.compile(
    r"[（(【\[](?:[^）)】\]]*(?:必填|选填|如|例|格式|[a-zA-Z0-9]{2,})[^）)】\]]*)[）)】\]]"
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a list can fill. `synonyms`: what offices call its column, without signs;
    `heading`: how a template calls it."""

    key: str
    label: _StrOrPromise
    synonyms: frozenset[str]
    pattern: str = ""
    required: bool = False
    heading: str = ""

    @property
    def title(self) -> str:
        return self.heading or str(self.label)

    def fits(self, title: str) -> bool:
        """Whether `title` (already a key) names this field."""
        return title in self.synonyms or bool(self.pattern and re.fullmatch(self.pattern, title))


def words(text: str) -> frozenset[str]:
    """Synonyms as one text."""
    return frozenset(text.split())


def title_key(title: str) -> str:
    """姓　名* -> 姓名, 街道（镇） -> 街道镇, 手机（必填） -> 手机."""
    return _SIGNS.sub("", _HINT.sub("", title)).lower()


def field_of(column: Column, fields: Sequence[Field]) -> Field | None:
    """The field a column is named after: by group and title together, else by the title alone."""
    for title in (title_key(column.group + column.title), title_key(column.title)):
        for field in fields:
            if title and field.fits(title):
                return field
    return None


def map_columns(
    columns: Sequence[Column],
    fields: Sequence[Field],
    chosen: Mapping[str, str] | None = None,
    *,
    guess: bool = True,
) -> dict[str, Column]:
    """Field key -> column, guessed from the titles; `chosen` (key -> title or letter) goes first.
    Without `guess` it is all there is.

    Raises SheetRefused when two columns fit one field, a chosen column is not there, or a required
    field has no column.
    """
    found = {key: _chosen(key, title, columns, fields) for key, title in (chosen or {}).items()}
    taken = {column.index for column in found.values()}
    for column in columns if guess else ():
        field = field_of(column, fields)
        if field is None or column.index in taken or (chosen and field.key in chosen):
            continue
        if field.key in found:
            raise SheetRefused(
                _(
                    "Columns %(one)s (%(first)s) and %(two)s (%(second)s) both say “%(field)s”. "
                    "Choose one of them."
                )
                % {
                    "one": found[field.key].letter,
                    "first": found[field.key].title,
                    "two": column.letter,
                    "second": column.title,
                    "field": field.label,
                },
                field=field.key,
                code="column_twice",
            )
        found[field.key] = column
    missing = [str(field.label) for field in fields if field.required and field.key not in found]
    if missing:
        raise SheetRefused(
            _("No column says: %(fields)s.") % {"fields": _(", ").join(missing)},
            code="column_missing",
        )
    return found


def _chosen(key: str, title: str, columns: Sequence[Column], fields: Sequence[Field]) -> Column:
    if key not in {field.key for field in fields}:
        raise SheetRefused(
            _("“%(key)s” is no field of this list. Its fields: %(fields)s.")
            % {"key": key, "fields": ", ".join(field.key for field in fields)}
        )
    wanted = title_key(title)
    by_letter = [column for column in columns if column.letter == title.strip().upper()]
    by_title = [
        column
        for column in columns
        if wanted and wanted in (title_key(column.title), title_key(column.group + column.title))
    ]
    found = by_title or by_letter
    if len(found) != 1:
        raise SheetRefused(
            _("There is no single column “%(title)s” in this sheet.") % {"title": title}, field=key
        )
    return found[0]
