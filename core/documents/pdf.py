"""PDF from the templates in templates/documents.

A template reads one JSON text (`json(bytes(sys.inputs.data))`): what people typed is data for Typst
and never source. The same template, data and day give the same bytes, on every machine.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from core.documents import fonts
from core.documents.errors import MissingGlyphs

TEMPLATES = settings.BASE_DIR / "templates" / "documents"
# For people who hear a page, and for archives: tagged, with every font inside.
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


def render_pdf(template: str, data: Mapping[str, Any], *, made_on: datetime.date) -> bytes:
    """The PDF of `template` ("certificate") with `data`. `made_on` is the day of the content: it
    becomes the date in the file, so that nothing depends on when the file was made.

    Raises MissingGlyphs when a character of the data would be left out.
    """
    missing = fonts.undrawable(data)
    if missing:
        raise MissingGlyphs(missing)
    noon = datetime.datetime.combine(made_on, datetime.time(12), datetime.UTC)
    pdf = _compiler(template).compile(
        format="pdf",
        sys_inputs={"data": json.dumps(data, cls=DjangoJSONEncoder, sort_keys=True)},
        pdf_standards=[*STANDARDS],
        timestamp=int(noon.timestamp()),
    )
    assert isinstance(pdf, bytes)  # one file, since no output path is given
    return pdf


@lru_cache(maxsize=16)
def _compiler(template: str) -> typst.Compiler:
    """By path: a compiler that was given bytes fails at its second document."""
    return typst.Compiler(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Ours alone: a font of the machine would make another document of the same content."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=fonts.folders()
    )
