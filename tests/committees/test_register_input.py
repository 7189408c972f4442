"""Files that are not registers: one sentence with its line, and nothing half done."""

from __future__ import annotations

import gzip

import pytest
from django.utils import translation

from committees.models import Place
from committees.register.reading import RegisterError, edition_of, is_hidden, kind_of
from committees.services.register import import_register
from core.models import AuditEvent
from tests.committees.registers import BEFORE, HEADER, write

pytestmark = pytest.mark.django_db


def sentence(path, edition=2020):
    """What the refusal says in English; nothing may have been written."""
    with translation.override("en"), pytest.raises(RegisterError) as refused:
        import_register(actor=None, path=path, edition=edition)
    assert not Place.objects.exists()
    assert not AuditEvent.objects.exists()
    return str(refused.value)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "310105001001,华阳路三居委会,community,310105001000,",
            "Line 11: the code 310105001001 stands in line 6 already.",
        ),
        (
            "310199001001,某居委会,community,310199001000,",
            "Line 11: the parent 310199001000 is neither in the file nor known here.",
        ),
        (
            "310105001009,某居委会,community,310105001001,",
            "Line 11: the parent 310105001001 does not stand above this level.",
        ),
        (
            "31010500100X,某居委会,community,310105001000,",
            "Line 11: a code has 12 digits; found: 31010500100X.",
        ),
        (
            "310105001000,某街道,district,310100000000,",
            "Line 11: 310105001000 is not a code of the level district.",
        ),
        (
            "310105003000,某居委会,community,310105001000,",
            "Line 11: 310105003000 is not a code of the level community.",
        ),
        (
            "310105001009,某居委会,committee,310105001000,",
            "Line 11: the level is one of province, city, district, street, community; "
            "found: committee.",
        ),
        (
            f"310105001009,{'长' * 81},community,310105001000,",
            "Line 11: a name has 1 to 80 characters and no control characters.",
        ),
        (
            "310105001009,,community,310105001000,",
            "Line 11: a name has 1 to 80 characters and no control characters.",
        ),
        (
            "310105001009,某\x07居委会,community,310105001000,",
            "Line 11: a name has 1 to 80 characters and no control characters.",
        ),
        (
            "310105001009,某居委会,community,3101,",
            "Line 11: the parent's code has 12 digits; found: 3101.",
        ),
        (
            "310105001009,某居委会,community,,",
            "Line 11: only a province-level unit has no parent.",
        ),
        (
            "310105001009,某居委会,community,310105001000,1",
            "Line 11: the class code has 3 digits or is empty; found: 1.",
        ),
        ("310105001009,某居委会,community", "Line 11 has 3 fields instead of 5."),
        ('310105001009,"某居委会,community,310105001000,', "Line 11 is not CSV"),
        ("x" * 5000, "Line 11 is too long."),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, says):
    assert sentence(write(tmp_path, [*BEFORE, line])).startswith(says)


def test_columns_are_named_as_expected_and_found(tmp_path):
    path = tmp_path / "register_2020.csv"
    path.write_text("code,name,level,parent,extra\n1,2,3,4,5\n", "utf-8")

    assert sentence(path) == (
        "The columns must be code, name, level, parent_code, class_code; "
        "found: code, name, level, parent, extra."
    )


def test_columns_may_stand_in_another_order_and_begin_with_a_mark(tmp_path):
    path = tmp_path / "register_2020.csv"
    path.write_text(
        "﻿name,code,class_code,level,parent_code\n上海市,310000000000,,province,\n\n", "utf-8"
    )

    import_register(actor=None, path=path, edition=2020)

    assert Place.objects.get().name_zh == "上海市"


def test_an_empty_file_and_one_without_rows(tmp_path):
    path = tmp_path / "register_2020.csv"
    path.write_bytes(b"")
    assert sentence(path) == "The file is empty."
    assert sentence(write(tmp_path, [])) == "The file has no rows below its header."


def test_another_encoding_is_named_with_its_line(tmp_path):
    path = tmp_path / "register_2020.csv"
    path.write_bytes(f"{HEADER}\n310000000000,上海市,province,,\n".encode("gb18030"))

    assert sentence(path) == "Line 2 is not UTF-8; save the file as CSV UTF-8."


def test_a_file_named_gz_that_is_none(tmp_path):
    path = tmp_path / "register_2020.csv.gz"
    path.write_text(HEADER)

    assert sentence(path) == "register_2020.csv.gz is named .gz but is not a gzip file."


@pytest.mark.parametrize("keep", [40, -6])
def test_a_gzip_file_that_is_cut_off(tmp_path, keep):
    path = write(tmp_path, BEFORE, "register_2020.csv.gz")
    path.write_bytes(path.read_bytes()[:keep])

    assert sentence(path).startswith("The gzip file is damaged or cut off after line ")


def test_a_gzip_file_with_a_wrong_sum(tmp_path):
    data = bytearray(gzip.compress("\n".join([HEADER, *BEFORE]).encode()))
    data[-5] ^= 255
    path = tmp_path / "register_2020.csv.gz"
    path.write_bytes(data)

    assert sentence(path).startswith("The gzip file is damaged or cut off after line ")


def test_a_file_that_is_not_there(tmp_path):
    assert sentence(tmp_path / "none_2020.csv").startswith("none_2020.csv cannot be read:")


def test_an_edition_is_a_year(tmp_path):
    assert sentence(write(tmp_path, BEFORE), 20).startswith("The edition is a year")


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("shanghai_2021.csv", 2021),
        ("national_2023.csv.gz", 2023),
        ("register.csv", None),
        ("2020_to_2021.csv", None),
        ("code310105.csv", None),
        ("2021-2021.csv", 2021),
    ],
)
def test_the_edition_in_a_name(tmp_path, name, year):
    assert edition_of(tmp_path / name) == year


@pytest.mark.parametrize(
    ("level", "name", "hidden"),
    [
        ("city", "市辖区", True),
        ("city", "县", True),
        ("city", "省直辖县级行政区划", True),
        ("street", "海棠区直辖村级区划", True),
        ("community", "园林队镇直辖村民小组", False),
        ("district", "县城区", False),
    ],
)
def test_rows_that_only_carry_the_tree(level, name, hidden):
    assert is_hidden(level, name) is hidden


@pytest.mark.parametrize(
    ("level", "code", "name", "kind"),
    [
        ("street", "310105001000", "华阳路街道", "street"),
        ("street", "310113112000", "庙行镇", "town"),
        ("street", "310151201000", "新村乡", "township"),
        ("street", "310113501000", "宝山城市工业园区", "other"),
        ("community", "310105001001", "华阳路一居委会", "residential"),
        ("community", "640105100204", "黄花村委会", "village"),
        ("community", "310105102401", "新泾园区", "quasi"),
        ("community", "310110021401", "盛世豪园居委会", "residential"),
        ("community", "310110021402", "某村民委员会", "village"),
        ("district", "310105000000", "长宁区", "district"),
    ],
)
def test_kinds_by_digits_and_from_400_on_by_name(level, code, name, kind):
    assert kind_of(level, code, name) == kind
