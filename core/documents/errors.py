"""Why a document was not made."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.errors import DomainError


class MissingGlyphs(DomainError):
    """A character that none of our fonts can draw. It would leave a gap where a name stands."""

    code = "missing_glyphs"

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(characters)
        named = _(", ").join(f"{sign} (U+{ord(sign):04X})" for sign in self.characters)
        super().__init__(
            _(
                "These characters cannot be printed with the fonts of this portal: %(characters)s. "
                "Nothing was printed, so that no name is left incomplete."
            )
            % {"characters": named}
        )


class TooMuch(DomainError):
    """A sheet beyond what the format holds."""

    code = "too_much"
