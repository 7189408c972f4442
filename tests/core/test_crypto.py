"""Mobile numbers: normalised, encrypted, found by a keyed index, shown masked."""

from __future__ import annotations

from typing import Any

import pytest

from core import crypto


@pytest.mark.parametrize(
    "written",
    [
        "13800001234",
        "138 0000 1234",
        "138-0000-1234",
        "+86 13800001234",
        "008613800001234",
        "１３８００００１２３４",
        "8613800001234",
    ],
)
def test_every_usual_notation_is_the_same_number(written: str) -> None:
    assert crypto.normalise_mobile(written) == "13800001234"


@pytest.mark.parametrize("written", ["", "1380000123", "23800001234", "138000012345", "call me"])
def test_anything_else_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(crypto.WrongMobile) as refused:
        crypto.normalise_mobile(written)
    assert refused.value.field == "mobile"


def test_a_number_is_not_readable_at_rest_and_comes_back() -> None:
    token = crypto.encrypt("13800001234")

    assert "13800001234" not in token
    assert crypto.decrypt(token) == "13800001234"


def test_a_new_key_in_front_keeps_old_numbers_readable_and_findable(settings: Any) -> None:
    settings.FIELD_KEYS = ["old key of this base, long enough"]
    token, index = crypto.encrypt("13800001234"), crypto.mobile_index("13800001234")

    settings.FIELD_KEYS = ["new key of this base, long enough", *settings.FIELD_KEYS]

    assert crypto.decrypt(token) == "13800001234"
    assert crypto.mobile_index("13800001234") == index


def test_a_lost_key_is_told(settings: Any) -> None:
    token = crypto.encrypt("13800001234")
    settings.FIELD_KEYS = ["another key, the first one is lost"]

    with pytest.raises(ValueError, match="no key"):
        crypto.decrypt(token)


def test_the_mask_keeps_seven_digits() -> None:
    assert crypto.mask_mobile("13800001234") == "138****1234"
