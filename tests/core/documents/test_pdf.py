from __future__ import annotations

import datetime
import subprocess
import sys
from typing import Any

import pytest
from django.utils import translation

from core.documents.errors import MissingGlyphs
from core.documents.fonts import undrawable
from core.documents.outline import Column, Cover, Kind, SheetOut
from core.documents.report import report_pdf
from tests.documents import page_sizes, page_texts

DAY = datetime.date(2026, 4, 30)


def table(*rows: tuple[str, int], **fields: Any) -> SheetOut:
    columns: list[Column | str] = ["姓名", Column("学时", 8, Kind.QUARTERS)]
    return SheetOut("学时台账", columns, rows, landscape=False, **fields)


def report(*rows: tuple[str, int], **fields: Any) -> bytes:
    return report_pdf([table(*rows, **fields)], Cover("培训台账", unit="样本街道", on=DAY))


def test_a_report_holds_its_cover_and_rows_on_a4() -> None:
    pdf = report(("张三", 6), ("李四", 16), foot=("合计", 22))

    (text,) = page_texts(pdf)
    assert page_sizes(pdf) == [(210, 297)]
    for part in ("培训台账", "样本街道", "（盖章）", "张三", "1.5", "合计", "5.5", "1 / 1"):
        assert part in text


def test_the_head_of_a_table_is_repeated_on_every_page() -> None:
    pages = page_texts(report(*((f"学员{n}", 4) for n in range(100))))

    assert len(pages) > 1
    assert all("学时" in page for page in pages)
    assert pages[-1].endswith(f"{len(pages)} / {len(pages)}")


def test_a_wide_table_turns_the_paper() -> None:
    wide = SheetOut("总表", ["一", "二"], [("1", "2")])

    assert page_sizes(report_pdf([wide], Cover("表", on=DAY))) == [(297, 210)]


def test_an_empty_table_says_so_in_the_language_asked_for() -> None:
    with translation.override("zh-hans"):
        (text,) = page_texts(report())

    assert "暂无记录" in text


@pytest.mark.parametrize(
    "name", ['#panic("x")', "*粗*_斜_", "$x^2$", '#import "/etc/passwd"', "]#{1+1}[", "<a>@b\\"]
)
def test_what_people_type_is_text_and_never_source(name: str) -> None:
    (text,) = page_texts(report((name, 4)))

    assert name.replace(" ", "") in text.replace(" ", "")


@pytest.mark.parametrize("sign", "喆堃𠮷㛃䶮犇·")
def test_rare_characters_of_names_are_drawn(sign: str) -> None:
    (text,) = page_texts(report((f"王{sign}", 4)))

    assert f"王{sign}" in text


def test_a_character_no_font_has_stops_the_document_instead_of_vanishing() -> None:
    with pytest.raises(MissingGlyphs) as refusal:
        report(("王\U000323af", 4))

    assert refusal.value.characters == ("\U000323af",)
    assert "U+323AF" in str(refusal.value)


def test_signs_without_a_mark_are_not_missed() -> None:
    assert undrawable({"a": ["张\u200b三\n\t", {"b": "葛\ufe00"}], "c": 3, "d": None}) == []


def test_the_same_content_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import sys, django; django.setup()\n"
        "from tests.core.documents.test_pdf import report\n"
        "sys.stdout.buffer.write(report(('张三', 6)))"
    )

    other = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert other.stdout == report(("张三", 6))
    assert other.stdout != report(("张三", 7))
