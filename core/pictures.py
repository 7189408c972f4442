"""Pictures that people hand in: read in bounded memory, written again without hidden data.

A photo from a phone tells where it was taken and with which device; nobody asked for that.
"""

from __future__ import annotations

import io

from django.utils.translation import gettext as _

from core.errors import DomainError

MOST_PIXELS = 40_000_000  # a phone's camera has 12 to 50 million; a flood has billions
LONGEST_SIDE = 3_000  # a sheet of paper stays readable
QUALITY = 85


class PictureRefused(DomainError):
    code = "picture_refused"


def cleaned(data: bytes) -> bytes:
    """The same picture as JPEG or PNG, upright, at most 3,000 pixels wide or high, with nothing in
    it but pixels. Raises PictureRefused for what is damaged or far too large."""
    # Only when a picture comes in: the library costs every web process some memory.
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PictureRefused(_("The picture has too many pixels."), field="file")
            kind = picture.format
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            mode = "RGB" if kind == "JPEG" else upright.mode
            plain = upright.convert(mode)
    except Image.DecompressionBombError as exc:
        raise PictureRefused(_("The picture has too many pixels."), field="file") from exc
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as exc:
        raise PictureRefused(_("The picture is damaged. Save it again."), field="file") from exc
    plain.info.clear()
    out = io.BytesIO()
    if kind == "JPEG":
        plain.save(out, "JPEG", quality=QUALITY, optimize=True)  # new row: a picture, no model
    else:
        plain.save(out, "PNG", optimize=True)  # new row: a picture, no model
    return out.getvalue()
