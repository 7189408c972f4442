"""Hostile and damaged files are refused before a parser sees them."""

from __future__ import annotations

import io
import zipfile

import pytest

from core.sheets import gate
from core.sheets.errors import SheetRefused
from core.sheets.reading import read_workbook
from tests.core.sheets.builders import (
    FIELDS,
    compound,
    label,
    package,
    parts_of,
    read,
    record,
    text_cell,
    with_sheet,
    xls,
    xlsx,
)

LIST = [["姓名", "手机"], ["李雷", "13800000001"]]


def refused(data: bytes) -> str:
    with pytest.raises(SheetRefused) as caught:
        read_workbook(data, FIELDS)
    return caught.value.message


def changed(part: str, content: bytes) -> bytes:
    parts = parts_of(xlsx(LIST))
    parts[part] = content
    return package(parts)


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7 and so on", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"Rar!\x1a\x07", b"MZ\x90"],
)
def test_another_kind_of_file_is_refused_whatever_its_name(data: bytes) -> None:
    assert "not a sheet" in refused(data)


def test_an_empty_file_and_bytes_without_meaning_are_refused() -> None:
    assert "empty" in refused(b" \r\n")
    assert "not a sheet" in refused(b"name,\0\0\0")
    assert "not a sheet" in refused(b"a" * 5000 + b"\0")


def test_a_file_over_the_limit_is_refused() -> None:
    assert "larger than" in refused(b"a" * (gate.MAX_TEXT + 1))
    assert "larger than" in refused(b"PK" + b"a" * gate.MAX_FILE)


def test_a_line_of_commas_and_a_page_of_tables_are_refused() -> None:
    assert "further" in refused(b"," * 1_000_000)
    assert "too many tables" in refused(b"<table>" * 1_000)
    assert "larger than" in refused(b"<table>" + b"<b>" * 1_000_001)


@pytest.mark.parametrize("part", [0.3, 0.5, 0.9, 0.99])
def test_a_file_cut_off_on_its_way_is_refused(part: float) -> None:
    data = xlsx(LIST)
    assert "damaged" in refused(data[: int(len(data) * part)])


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    assert "not an .xlsx" in refused(package({"readme.txt": b"hello"}))


def test_a_zip_bomb_is_known_by_the_directory_alone() -> None:
    data = changed("xl/sharedStrings.xml", b" " * (gate.MAX_UNPACKED // 4))
    assert "far larger" in refused(data)


def test_many_parts_of_moderate_size_count_together() -> None:
    parts = parts_of(xlsx(LIST))
    piece = bytes(range(256)) * 4096  # 1 MB that packs, but below the ratio for one part
    parts |= {f"xl/media/{number}.bin": piece for number in range(gate.MAX_UNPACKED >> 20)}
    assert "far larger" in refused(package(parts))


def test_a_directory_that_lies_about_sizes_is_found_out() -> None:
    data = bytearray(changed("xl/sharedStrings.xml", b"<sst>" + b"a" * 100_000 + b"</sst>"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("xl/sharedStrings.xml")
    true, small = info.file_size.to_bytes(4, "little"), (100).to_bytes(4, "little")
    assert bytes(data).count(true) >= 2
    assert "damaged" in refused(bytes(data).replace(true, small))


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!ENTITY lol "lol">',
        "<!-- " + "x" * 70_000 + " --><!DOCTYPE a>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "_rels/.rels"]
)
def test_entities_are_refused_in_every_part(part: str, encoding: str, declaration: str) -> None:
    assert "entities" in refused(changed(part, f"<?xml?>{declaration}<a/>".encode(encoding)))


def test_a_locked_workbook_is_refused_with_what_to_do() -> None:
    assert "password" in refused(compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}))
    assert "password" in refused(xls(label(0, 0, "姓名"), head=record(0x002F, bytes(6))))


def test_an_office_file_that_is_no_workbook_is_refused() -> None:
    assert "not a workbook" in refused(compound({"WordDocument": b"text"}))


def test_an_xls_cut_off_is_refused() -> None:
    data = xls(label(0, 0, "姓名") + label(0, 1, "手机"))
    for length in (100, 512, 700, 1100):
        refused(data[:length])


def test_sectors_in_a_circle_end() -> None:
    data = bytearray(xls(label(0, 0, "姓名")))
    data[512 + 4 : 512 + 8] = (1).to_bytes(4, "little")  # the first sector follows itself
    refused(bytes(data))


def test_a_cell_far_out_is_refused_before_a_rectangle_is_laid_out() -> None:
    cells = f'<row r="1">{text_cell("A1", "姓名")}</row><row r="1048576">' + (
        f"{text_cell('XFD1048576', 'x')}</row>"
    )
    assert "1048576" in refused(with_sheet(cells))
    assert "further" in refused(xls(label(0, 0, "姓名") + label(65_535, 255, "x")))


def test_cells_without_a_place_cannot_reach_further_unseen() -> None:
    cells = "<row><c><v>1</v></c></row><row r='999999'><c><v>1</v></c></row>"
    assert "999999" in refused(with_sheet(cells))


def test_more_cells_than_any_list_has_are_refused() -> None:
    row = "".join(f'<c r="A{number % 9 + 1}"><v>{number}</v></c>' for number in range(500_001))
    assert "further" in refused(with_sheet(f'<row r="1">{row}</row>'))


def test_formatted_empty_cells_far_out_do_no_harm() -> None:
    cells = (
        f'<row r="1">{text_cell("A1", "姓名")}{text_cell("B1", "手机")}</row>'
        f'<row r="2">{text_cell("A2", "李雷")}{text_cell("B2", "13800000001")}</row>'
        '<row r="1048576"><c r="XFD1048576" s="1"/><c r="XFD1048576" s="1"></c></row>'
    )
    assert len(list(read(with_sheet(cells)).data())) == 1


@pytest.mark.parametrize("mark", ["<a ", "<!-- ->", "<!x", "<?x>", "< ", "<table>", "<td a='"])
def test_a_page_of_marks_without_end_is_walked_once(mark: str) -> None:
    """A parser that looks for the end of each again would take hours: the test would time out."""
    refused(b"<table>" + mark.encode() * 200_000)


def test_a_page_with_endless_spans_is_bounded() -> None:
    row = "<tr><td colspan=99999999 rowspan=99999999>姓名</td></tr>"
    assert "further" in refused(f"<table>{row}{row}</table>".encode())


def test_macros_are_not_looked_at() -> None:
    data = changed("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macros")
    assert len(list(read(data).data())) == 1
