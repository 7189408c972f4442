"""What people and programs send, made fit to be kept."""

from __future__ import annotations

import pytest

from core.typed import readable


@pytest.mark.parametrize(
    ("text", "kept"),
    [(" 李 ", "李"), ("a\x00b", "ab"), ("\ud800x", "x"), ("𠮷" * 9, "𠮷" * 5), ("", "")],
)
def test_only_what_a_database_can_hold_is_kept(text: str, kept: str) -> None:
    assert readable(text, 5) == kept
