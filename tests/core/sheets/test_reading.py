"""What offices send, and what the portal reads in it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from core.sheets.errors import SheetRefused
from core.sheets.model import Note, Problem, RowKind
from core.sheets.reading import read_workbook
from tests.core.sheets.builders import (
    FIELDS,
    error,
    label,
    number,
    package,
    parts_of,
    read,
    text_cell,
    texts,
    with_sheet,
    xls,
    xlsx,
)

LIST = [["姓名", "手机"], ["李雷", "13800000001"], ["韩梅梅", "13800000002"]]
CSV = "\r\n".join(",".join(row) for row in LIST)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_of_every_usual_encoding(encoding: str) -> None:
    sheet = read(CSV.replace("韩梅梅", "𠮷田").encode(encoding))
    assert texts(sheet) == [["李雷", "13800000001"], ["𠮷田", "13800000002"]]
    assert sheet.name == ""


def test_text_files_with_tabs_or_semicolons() -> None:
    for sign in "\t;":
        assert texts(read(CSV.replace(",", sign).encode())) == texts(read(CSV.encode()))


def test_rows_are_numbered_as_a_person_sees_them() -> None:
    text = '名单\n\n姓名,手机\n"李\n雷",1\n\n韩梅梅,2\n'
    sheet = read(text.encode())
    assert [row.number for row in sheet.rows] == [1, 3, 4, 6]
    assert sheet.header_rows == (3,)


def test_sheets_that_do_not_begin_in_the_corner() -> None:
    def put(book: Any, sheet: Any) -> None:
        for line, row in enumerate(LIST):
            sheet.write_row(line + 4, 2, row)

    sheet = read(xlsx(more=put))
    assert [column.letter for column in sheet.columns] == ["C", "D"]
    assert [row.number for row in sheet.data()] == [6, 7]


def test_a_page_named_xls_is_read_as_what_it_is() -> None:
    page = (
        '<html><head><meta charset="gb2312"><style>td{}</style></head><body><table>'
        "<tr><td colspan=2>名单</td></tr><tr><th>姓名<th>街道</tr>"
        "<tr><td>李雷</td><td rowspan=2>长风&amp;街道</td></tr><tr><td>韩梅梅</td></tr>"
        "</table></body></html>"
    )
    sheet = read(page.encode("gb18030"))
    assert texts(sheet) == [["李雷", "长风&街道"], ["韩梅梅", "长风&街道"]]
    assert read_workbook(page.encode("gb18030"), FIELDS).kind == "html"


def test_an_old_xls_is_read() -> None:
    cells = b"".join(
        label(line, column, text)
        for line, row in enumerate(LIST)
        for column, text in enumerate(row)
    )
    book = read_workbook(xls(cells + number(3, 1, 13800000003.0) + label(3, 0, "王")), FIELDS)
    assert book.kind == "xls"
    assert texts(book.sheets[0])[-1] == ["王", "13800000003"]


def test_error_cells_of_an_old_xls_are_known() -> None:
    cells = label(0, 0, "姓名") + label(0, 1, "手机") + label(1, 0, "李雷") + error(1, 1)
    (row,) = read(xls(cells)).data()
    assert row.cells[1].problem is Problem.ERROR


def test_days_count_from_1904_where_the_file_says_so() -> None:
    day = datetime.date(2021, 5, 1)

    def put(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["姓名", "任职时间"])
        sheet.write(1, 0, "李雷")
        sheet.write_datetime(1, 1, day, book.add_format({"num_format": "yyyy-mm-dd"}))

    choices: tuple[dict[str, Any], ...] = ({}, {"date_1904": True})
    for options in choices:
        book = read_workbook(xlsx(more=put, **options), FIELDS)
        assert book.date1904 is bool(options)
        assert texts(book.sheets[0]) == [["李雷", "2021-05-01"]]
    old = label(0, 0, "姓名") + label(0, 1, "日期") + label(1, 0, "李雷") + number(1, 1, 42_854)
    assert read_workbook(xls(old, date1904=True), FIELDS).date1904


def test_merged_cells_hold_for_every_row_they_cover() -> None:
    def put(book: Any, sheet: Any) -> None:
        sheet.merge_range(1, 1, 2, 1, "长风街道")

    (one, two, three) = read(
        xlsx([["姓名", "街道"], ["甲甲"], ["乙乙"], ["丙丙", "曹杨街道"]], more=put)
    ).data()
    assert [row.cells[1].text for row in (one, two, three)] == ["长风街道", "长风街道", "曹杨街道"]
    assert Note.MERGED in two.cells[1].notes
    assert Note.MERGED not in three.cells[1].notes


def two_levels(book: Any, sheet: Any) -> None:
    sheet.merge_range(0, 0, 0, 3, "花名册（2021年6月）")
    sheet.merge_range(1, 0, 2, 0, "序号")
    sheet.merge_range(1, 1, 1, 2, "基本信息")
    sheet.merge_range(1, 3, 2, 3, "手 机")
    sheet.write_row(2, 1, ["姓　名", "街道（镇）"])
    sheet.write_row(3, 0, [1, "李雷", "长风", "13800000001"])
    sheet.write(4, 0, 2)
    sheet.merge_range(5, 0, 5, 3, "补报人员")
    sheet.write_row(6, 0, ["", "韩梅梅", "长风", "13800000002"])
    sheet.write_row(7, 0, ["序号", "姓名", "街道（镇）", "手机"])
    sheet.write_row(8, 0, [3, "王王", "长风", "13800000003"])
    sheet.write(9, 0, "合计")
    sheet.write(9, 3, "3人")
    sheet.merge_range(10, 0, 10, 3, "填表人：张三　审核人：李四")


def test_header_of_two_levels_titles_captions_totals_and_footers() -> None:
    sheet = read(xlsx(more=two_levels))
    assert sheet.header_rows == (2, 3)
    assert [(column.group, column.title) for column in sheet.columns] == [
        ("", "序号"),
        ("基本信息", "姓名"),
        ("基本信息", "街道（镇）"),
        ("", "手机"),
    ]
    assert [row.kind for row in sheet.rows] == [
        RowKind.HEADER,
        RowKind.HEADER,
        RowKind.HEADER,
        RowKind.DATA,
        RowKind.NUMBERED,
        RowKind.SECTION,
        RowKind.DATA,
        RowKind.HEADER,
        RowKind.DATA,
        RowKind.TOTAL,
        RowKind.FOOTER,
    ]
    assert sheet.heading() == "花名册（2021年6月）"


def test_a_row_with_only_a_name_is_still_a_row() -> None:
    sheet = read(xlsx([["姓名", "手机"], ["李雷"]]))
    assert [row.number for row in sheet.data()] == [2]


def test_hidden_rows_are_data() -> None:
    sheet = read(xlsx(LIST, more=lambda book, sheet: sheet.set_row(2, options={"hidden": True})))
    assert len(list(sheet.data())) == 2


def test_other_sheets_are_skipped_with_the_reason() -> None:
    def put(book: Any, sheet: Any) -> None:
        options = book.add_worksheet("选项")
        options.write_column(0, 0, ["男", "女"])
        options.hide()
        other = book.add_worksheet("记录")
        other.write_row(0, 0, ["日期", "街道", "内容"])

    book = read_workbook(xlsx(LIST, more=put), FIELDS)
    assert [bool(sheet.skipped) for sheet in book.sheets] == [False, True, True]
    assert book.sheets[1].hidden
    assert "No header" in book.sheets[1].skipped
    assert "name" in book.sheets[2].skipped
    assert {row.kind for row in book.sheets[2].rows} == {RowKind.OTHER}


def test_without_any_header_the_file_is_refused_with_what_to_do() -> None:
    with pytest.raises(SheetRefused) as caught:
        read_workbook("李雷,13800000001\n韩梅梅,13800000002".encode(), FIELDS)
    assert caught.value.code == "no_header"
    assert "titles of the columns" in caught.value.message


def test_formulas_with_and_without_a_value() -> None:
    cells = (
        f'<row r="1">{text_cell("A1", "姓名")}{text_cell("B1", "手机")}</row>'
        '<row r="2"><c r="A2" t="str"><f>B9</f><v>李雷</v></c><c r="B2"><f>C2</f><v/></c></row>'
        '<row r="3"><c r="A3" t="str"><f>B9</f><v></v></c><c r="B3"><f>C2</f></c></row>'
        '<row r="4"><c r="A4" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B4"><v>7</v></c></row>'
    )
    two, three, four = read(with_sheet(cells)).data()
    assert two.cells[0].text == "李雷"
    assert two.cells[1].problem is Problem.NO_VALUE
    assert three.cells[0].problem is None
    assert three.cells[1].problem is Problem.NO_VALUE
    assert four.cells[0].problem is Problem.ERROR
    assert four.cells[1].text == "7"


def test_a_last_row_without_a_value_is_not_lost() -> None:
    cells = (
        f'<row r="1">{text_cell("A1", "姓名")}{text_cell("B1", "手机")}</row>'
        f'<row r="2">{text_cell("A2", "李雷")}</row><row r="9"><c r="B9"><f>C2</f></c></row>'
    )
    sheet = read(with_sheet(cells))
    assert [row.number for row in sheet.data()] == [2, 9]
    assert sheet.rows[-1].cells[1].problem is Problem.NO_VALUE


def test_parts_under_unusual_names_are_found() -> None:
    parts = parts_of(
        with_sheet(
            f'<row r="1">{text_cell("A1", "姓名")}{text_cell("B1", "手机")}</row>'
            '<row r="2"><c r="B2"><f>C2</f></c></row>'
        )
    )
    parts["xl/worksheets/other.xml"] = parts.pop("xl/worksheets/sheet1.xml")
    for name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        parts[name] = parts[name].replace(b"sheet1.xml", b"other.xml")
    (row,) = read(package(parts)).data()
    assert row.cells[1].problem is Problem.NO_VALUE


def test_a_hundred_thousand_empty_rows_are_no_rows() -> None:
    sheet = read(("姓名,手机\n李雷,13800000001\n" + ",\n" * 100_000).encode())
    assert len(sheet.rows) == 2


def test_more_rows_than_any_list_has_are_refused() -> None:
    with pytest.raises(SheetRefused, match="further"):
        read(("姓名,手机\n" + "李雷,1\n" * 100_001).encode())


def test_a_hundred_thousand_formatted_empty_rows_are_no_rows() -> None:
    empty = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{letter}{row}" s="1"/>' for letter in "ABCDEFGH")
        + "</row>"
        for row in range(3, 100_003)
    )
    cells = (
        f'<row r="1">{text_cell("A1", "姓名")}{text_cell("B1", "手机")}</row>'
        f'<row r="2">{text_cell("A2", "李雷")}{text_cell("B2", "13800000001")}</row>{empty}'
    )
    assert [row.number for row in read(with_sheet(cells)).rows] == [1, 2]


def test_cells_that_do_not_say_where_they_are() -> None:
    cells = (
        '<row><c t="inlineStr"><is><t>姓名</t></is></c>'
        '<c t="inlineStr"><is><t>手机</t></is></c></row>'
        '<row><c t="inlineStr"><is><t>李雷</t></is></c><c><f>C2</f></c></row>'
    )
    (row,) = read(with_sheet(cells)).data()
    assert row.cells[1].problem is Problem.NO_VALUE
