"""QR codes as SVG, for paper and for pages."""

from __future__ import annotations

import segno

# Read from paper that was folded or copied: a quarter of the signs may be lost (level Q).
LEVEL = "q"
QUIET_ZONE = 4  # white modules around, as the standard asks
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


def qr_svg(text: str) -> str:
    """An SVG without size, dark on white."""
    code = segno.make(text, error=LEVEL, micro=False, boost_error=False)
    drawing = code.svg_inline(border=QUIET_ZONE, omitsize=True, dark="#000", light="#fff")
    return drawing.replace("<svg", f"<svg {NAMESPACE}", 1)
