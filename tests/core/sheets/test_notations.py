"""Texts, numbers, days and times in the notations of offices."""

from __future__ import annotations

import datetime

import pytest

from core.sheets.dates import NotADate, read_time, read_when
from core.sheets.export import safe
from core.sheets.model import Note, Value
from core.sheets.text import cell_of, clean, close_up, expand_scientific


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2021-05-01", "2021-05-01"),
        ("2021.05.01", "2021-05-01"),
        ("2021.5.1", "2021-05-01"),
        ("2021/5/1", "2021-05-01"),
        ("2021．05．01", "2021-05-01"),
        ("２０２１年５月１日", "2021-05-01"),
        ("2021年5月1号", "2021-05-01"),
        ("2021-05-01 00:00:00", "2021-05-01"),
        ("20210501", "2021-05-01"),
        ("'21.5.1", "2021-05-01"),
        ("'98.12.3", "1998-12-03"),
        ("2021.05", "2021-05"),
        ("2021年5月", "2021-05"),
        ("202105", "2021-05"),
        ("2021/12", "2021-12"),
        ("2021年", "2021"),
        ("二〇二一年五月十二日", "2021-05-12"),
        ("二零二一年十一月三十日", "2021-11-30"),
        ("二〇二一年二十月", None),
        (datetime.date(2021, 5, 1), "2021-05-01"),
        (datetime.datetime.combine(datetime.date(2021, 5, 1), datetime.time(9, 30)), "2021-05-01"),
        (44317.0, "2021-05-01"),
        ("44317", "2021-05-01"),
        (202105.0, "2021-05"),
        (20210501, "2021-05-01"),
        (1980.12, "1980-12"),
        (1980.01, "1980-01"),
        (1980.1, None),
        ("2021.02.30", None),
        ("2021.13.01", None),
        ("2021.00", None),
        ("1821.05", None),
        ("不详", None),
        (True, None),
        (3.5, None),
    ],
)
def test_days_and_months(value: Value, day: str | None) -> None:
    cell = cell_of(value)
    if day is None:
        with pytest.raises(NotADate):
            read_when(cell)
    else:
        assert str(read_when(cell)) == day


def test_day_counts_of_1904() -> None:
    assert str(read_when(cell_of(42_855.0), date1904=True)) == "2021-05-01"


def test_only_two_notations_are_usual() -> None:
    usual = [read_when(cell_of(text)).usual for text in ("2021-05-01", "2021.05.01", "2021.05")]
    others: list[Value] = [
        "2021/05/01",
        "2021.5.1",
        "20210501",
        "2021.05-01",
        datetime.date(2021, 5, 1),
    ]
    assert usual == [True] * 3
    assert not any(read_when(cell_of(value)).usual for value in others)


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("9:30", "09:30"),
        ("９：３０", "09:30"),
        ("14时30分", "14:30"),
        ("上午9点半", "09:30"),
        ("下午2点", "14:00"),
        ("九点", "09:00"),
        (0.375, "09:00"),
        (datetime.time(8, 15), "08:15"),
        ("25:00", None),
        ("上午", None),
    ],
)
def test_times(value: Value, time: str | None) -> None:
    if time is None:
        with pytest.raises(NotADate):
            read_time(cell_of(value))
    else:
        assert read_time(cell_of(value)).isoformat("minutes") == time


def test_marks_nobody_sees_are_removed_and_said() -> None:
    text, notes = clean("\u202d138\u200b0000\ufeff0001\u202c\u00a0")
    assert text == "13800000001"
    assert notes == {Note.INVISIBLE, Note.SPACES}


def test_digits_become_narrow_and_chinese_signs_stay() -> None:
    text, notes = clean("主任（一肩挑）：１２Ａ")
    assert text == "主任（一肩挑）：12A"
    assert notes == {Note.FULL_WIDTH}


def test_spaces_that_pad_a_word_go_and_those_between_latin_words_stay() -> None:
    assert close_up("李 　强".replace("　", "")) == "李强"
    assert close_up("Li Qiang") == "Li Qiang"


def test_numbers_read_as_text() -> None:
    assert cell_of(13800000001.0).text == "13800000001"
    assert cell_of(12.5).text == "12.5"
    assert Note.LOST_DIGITS in cell_of(9.90107196507034e17).notes
    assert Note.LOST_DIGITS not in cell_of(13800000001.0).notes


def test_scientific_notation_only_with_all_its_digits() -> None:
    assert expand_scientific("1.9871432178E+10") == "19871432178"
    assert expand_scientific("1.38E+10") is None
    assert expand_scientific("138") is None


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1", " =1", "\u200b+1", "\u3000@a"]
)
def test_what_programs_take_for_formulas_leaves_as_text(text: str) -> None:
    assert safe(text) == "'" + text
    assert safe("李雷") == "李雷"
    assert safe(None) == ""
