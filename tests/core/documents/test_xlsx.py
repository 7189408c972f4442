from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from core.documents import xlsx
from core.documents.errors import TooMuch
from core.documents.xlsx import Column, Cover, Kind, SheetOut, write_xlsx

DAY = datetime.date(2026, 4, 30)


def written(*sheets: SheetOut, cover: Cover | None = None) -> io.BytesIO:
    file = io.BytesIO()
    write_xlsx(file, sheets, cover, made_on=DAY)
    file.seek(0)
    return file


def read(file: io.BytesIO) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue()))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def part(file: io.BytesIO, name: str) -> str:
    with zipfile.ZipFile(file) as package:
        return package.read(name).decode()


@pytest.mark.parametrize("text", ["=1+1", "+8613800001234", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_is_never_a_formula(text: str) -> None:
    file = written(SheetOut("表", ["甲"], [[text]]))

    assert "<f>" not in part(file, "xl/worksheets/sheet1.xml")
    assert read(file)["表"][1] == [text]


def test_numbers_that_are_names_keep_their_zeros_and_addresses_are_no_links() -> None:
    rows = [["013800001234", "310107005001", "http://example.org"]]
    file = written(SheetOut("表", ["电话", "代码", "网址"], rows))

    assert read(file)["表"][1] == rows[0]
    assert "hyperlink" not in part(file, "xl/worksheets/sheet1.xml")


def test_each_kind_of_column_keeps_its_type() -> None:
    columns: list[Column | str] = [
        Column("人数", 8, Kind.WHOLE),
        Column("学时", 8, Kind.QUARTERS),
        Column("日期", 12, Kind.DAY),
        Column("时刻", 18, Kind.MOMENT),
        Column("备注"),
    ]
    at = datetime.datetime(2026, 4, 30, 6, tzinfo=datetime.UTC)
    rows: list[list[Any]] = [[3, 6, DAY, at, 12], [None, "—", None, None, ""]]

    _head, first, second = read(written(SheetOut("表", columns, rows)))["表"]

    two_in_the_afternoon = datetime.datetime.combine(DAY, datetime.time(14))
    assert first == [3, 1.5, DAY, two_in_the_afternoon, "12"]
    assert second == ["", "—", "", "", ""]


def test_the_cover_comes_first_with_the_fields_an_office_fills_in() -> None:
    cover = Cover("培训台账", "样本街道", "王主任", "小李", DAY, "021-5555", [("年度", "2026")])

    sheets = read(written(SheetOut("表", ["甲"], []), cover=cover))

    first, *_ = sheets
    assert first != "表"
    text = "".join(str(value) for row in sheets[first] for value in row)
    for shown in ("培训台账", "样本街道", "（盖章）", "王主任", "小李", "2026-04-30", "021-5555"):
        assert shown in text


def test_paper_is_a4_and_the_head_stays_on_screen_and_on_every_page() -> None:
    file = written(SheetOut("表", ["甲", Column("乙", 30)], [["1", "2"]], foot=["合计", ""]))

    sheet = part(file, "xl/worksheets/sheet1.xml")
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'state="frozen"' in sheet
    assert "Print_Titles" in part(file, "xl/workbook.xml")
    assert 'width="30.7' in sheet


def test_sheet_titles_are_made_such_as_the_format_takes() -> None:
    titles = ("2026/四月", "2026?四月", "", "长" * 40, "长" * 50)

    names = list(read(written(*(SheetOut(one, ["甲"], []) for one in titles))))

    assert names == ["2026 四月", "2026 四月 2", "Sheet", "长" * 31, f"{'长' * 29} 2"]


def test_a_text_longer_than_a_cell_is_cut_and_not_lost() -> None:
    (_, row) = read(written(SheetOut("表", ["甲"], [["长" * 40_000]])))["表"]

    assert row[0] == "长" * 32_766 + "…"


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)

    written(SheetOut("表", ["甲"], [["1"], ["2"]]))
    with pytest.raises(TooMuch):
        written(SheetOut("表", ["甲"], [["1"], ["2"], ["3"]]))


def test_a_row_that_does_not_fit_its_columns_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="row 1 has 1 values for 2 columns"):
        written(SheetOut("表", ["甲", "乙"], [["1"]]))


def test_the_same_content_gives_the_same_bytes_and_a_path_is_taken_too(tmp_path: Path) -> None:
    sheet = SheetOut("表", ["甲"], [["1"]])
    write_xlsx(tmp_path / "a.xlsx", [sheet], made_on=DAY)

    assert (tmp_path / "a.xlsx").read_bytes() == written(sheet).getvalue()
