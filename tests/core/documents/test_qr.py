from __future__ import annotations

import re

from core.documents.qr import qr_svg


def test_a_code_is_an_svg_without_size_and_the_same_each_time() -> None:
    svg = qr_svg("https://portal.example/check/ABC/")

    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert re.search(r'viewBox="0 0 \d+ \d+"', svg)
    assert " width=" not in svg.partition(">")[0]
    assert svg == qr_svg("https://portal.example/check/ABC/")
