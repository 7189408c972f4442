"""How tests look at paper: the text of a PDF, its pages as pictures, the QR codes on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
import zxingcpp

SCALE = 150 / 72  # 150 dots per inch, as a telephone sees it


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, without line ends."""
    with _opened(pdf) as document:
        return [
            page.get_textpage().get_text_bounded().replace("\r", "").replace("\n", "")
            for page in document
        ]


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    with _opened(pdf) as document:
        sizes = [page.get_size() for page in document]
    return [(round(width / 72 * 25.4), round(height / 72 * 25.4)) for width, height in sizes]


def qr_texts(pdf: bytes, page: int = 0) -> list[str]:
    """What a reader finds in the QR codes of a page."""
    with _opened(pdf) as document:
        drawn = document[page].render(scale=SCALE, grayscale=True)
        width, height, stride = drawn.width, drawn.height, drawn.stride
        flat = bytes(drawn.buffer)
    rows = b"".join(flat[row * stride : row * stride + width] for row in range(height))
    picture = memoryview(rows).cast("B", (height, width))
    return [found.text for found in zxingcpp.read_barcodes(picture)]
