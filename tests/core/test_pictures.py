"""Pictures that come in are written again: no place, no device, no flood."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from core import pictures
from core.pictures import PictureRefused, cleaned


def picture(kind: str, size: tuple[int, int] = (40, 20), **wishes) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **wishes)
    return out.getvalue()


def test_a_photo_loses_where_and_with_what_it_was_taken():
    exif = Image.Exif()
    exif[0x010F] = "Phone of Somebody"
    exif.get_ifd(0x8825)[1] = "N"

    data = cleaned(picture("JPEG", exif=exif))

    assert b"Phone of Somebody" not in data
    with Image.open(io.BytesIO(data)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (40, 20), {})


def test_a_photo_held_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter

    with Image.open(io.BytesIO(cleaned(picture("JPEG", exif=exif)))) as kept:
        assert kept.size == (20, 40)


def test_a_large_picture_is_made_smaller():
    with Image.open(io.BytesIO(cleaned(picture("PNG", (6000, 30))))) as kept:
        assert (kept.format, kept.size) == ("PNG", (3000, 15))


def test_a_flood_of_pixels_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 700)

    with pytest.raises(PictureRefused):
        cleaned(picture("PNG", (40, 20)))


def test_a_bomb_that_the_library_refuses_itself_is_a_sentence_too(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)

    with pytest.raises(PictureRefused):
        cleaned(picture("PNG", (40, 20)))


@pytest.mark.parametrize("data", [b"\xff\xd8\xff and no more", b"\x89PNG\r\n\x1a\n", b""])
def test_what_is_damaged_is_refused(data):
    with pytest.raises(PictureRefused):
        cleaned(data)


def test_a_picture_that_was_cut_off_is_refused():
    whole = picture("JPEG", (400, 400), quality=95)

    with pytest.raises(PictureRefused):
        cleaned(whole[: len(whole) // 3])
