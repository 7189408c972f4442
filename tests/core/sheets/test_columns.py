"""Which column is which field."""

from __future__ import annotations

import pytest

from core.sheets.columns import Field, map_columns, title_key
from core.sheets.errors import SheetRefused
from core.sheets.model import Column

FIELDS = (
    Field("name", "name", frozenset({"姓名"}), pattern=".*书记姓名", required=True),
    Field("phone", "mobile", frozenset({"手机", "联系电话"})),
)


def columns(*titles: str) -> list[Column]:
    return [Column(index, title) for index, title in enumerate(titles)]


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("姓　名 *", "姓名"),
        ("街道（镇）", "街道镇"),
        ("手机（必填）", "手机"),
        ("出生年月(YYYY.MM)", "出生年月"),
        ("任职\n时间：", "任职时间"),
    ],
)
def test_titles_are_compared_without_signs_and_hints(title: str, key: str) -> None:
    assert title_key(title) == key


def test_columns_are_guessed_by_their_titles() -> None:
    found = map_columns(columns("序号", "党组织书记姓名", "联系电话"), FIELDS)
    assert {key: column.letter for key, column in found.items()} == {"name": "B", "phone": "C"}


def test_a_group_above_makes_the_difference() -> None:
    both = [Column(0, "姓名", "主任"), Column(1, "姓名", "书记")]
    fields = (Field("name", "name", frozenset({"书记姓名"})),)
    assert map_columns(both, fields)["name"].index == 1


def test_two_columns_for_one_field_are_a_sentence() -> None:
    with pytest.raises(SheetRefused) as caught:
        map_columns(columns("姓名", "手机", "联系电话"), FIELDS)
    assert caught.value.code == "column_twice"
    assert "B (手机)" in caught.value.message
    assert "C (联系电话)" in caught.value.message


@pytest.mark.parametrize("title", ["联系电话", "C", "c"])
def test_a_person_may_choose_one_of_them(title: str) -> None:
    found = map_columns(columns("姓名", "手机", "联系电话"), FIELDS, {"phone": title})
    assert found["phone"].index == 2


def test_a_required_field_without_a_column_is_a_sentence() -> None:
    with pytest.raises(SheetRefused, match="name"):
        map_columns(columns("手机"), FIELDS)


@pytest.mark.parametrize("chosen", [{"phone": "传真"}, {"fax": "手机"}])
def test_a_choice_that_is_not_there_is_a_sentence(chosen: dict[str, str]) -> None:
    with pytest.raises(SheetRefused):
        map_columns(columns("姓名", "手机"), FIELDS, chosen)


def test_letters_beyond_z() -> None:
    assert [Column(index, "").letter for index in (0, 25, 26, 701, 702)] == [
        "A", "Z", "AA", "ZZ", "AAA",
    ]  # fmt: skip
