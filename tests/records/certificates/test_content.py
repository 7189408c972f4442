from __future__ import annotations

import pytest

from records.certificates.content import (
    SIGNS,
    digest,
    new_code,
    number_of,
    plain_code,
    plain_number,
)


def test_a_number_names_base_year_and_place_in_the_line() -> None:
    assert number_of("caoyang", 2026, 7) == "CAOYANG-2026-0007"
    assert number_of("caoyang", 2026, 12_345) == "CAOYANG-2026-12345"


def test_a_code_has_twelve_signs_that_nobody_mistakes_and_is_never_the_same() -> None:
    codes = {new_code() for _ in range(1_000)}

    assert len(codes) == 1_000
    assert all(len(code) == 14 and set(code) <= {*SIGNS, "-"} for code in codes)
    assert not set("ILOU") & set(SIGNS)


@pytest.mark.parametrize(
    "typed", ["3F7K-9Q2M-X4T0", "3f7k 9q2m x4to", "３Ｆ７Ｋ－９Ｑ２Ｍ－Ｘ４Ｔ０", "3F7K9Q2MX4TO"]
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert plain_code(typed) == "3F7K9Q2MX4T0"


def test_a_number_is_understood_however_it_is_typed() -> None:
    assert plain_number(" caoyang－2026－0001 ") == "CAOYANG-2026-0001"


def test_the_hash_does_not_depend_on_order_but_on_every_value() -> None:
    content = {"name": "张丽", "quarters": 4}

    assert digest(content) == digest({"quarters": 4, "name": "张丽"})
    assert digest(content) != digest(content | {"quarters": 5})
