"""Passwords and user names."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.validators import LocalWordsValidator, clean_username
from core.demo import PASSWORD


@pytest.mark.parametrize(
    "password",
    [
        "caoyang12345",
        "Caoyang2026!",
        "曹杨党建12345",
        "dangjian88888888",
        "ＣＡＯＹＡＮＧ12345",
        "shuji-2026-shuji",
        "xixia.peixun.888",
    ],
)
def test_words_of_this_place_alone_are_no_password(password: str) -> None:
    with pytest.raises(ValidationError):
        LocalWordsValidator().validate(password)


@pytest.mark.parametrize(
    "password",
    ["caoyang-green-lantern", "每天清晨沿着河边跑步三圈", PASSWORD, "tr0ub4dor&3xyz" * 8],
)
def test_a_sentence_of_ones_own_is_welcome(password: str) -> None:
    validate_password(password)


@pytest.mark.parametrize("password", ["short", "password12", "qwertyuiop1"])
def test_what_is_short_or_common_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" lin.qing ", "lin.qing"), ("林青", None), ("林小青", "林小青"), ("ａｂｃ", "abc")],
)
def test_user_names_are_tidied(typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(Exception, match=r"3"):
            clean_username(typed)
    else:
        assert clean_username(typed) == kept
