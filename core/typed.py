"""What people and programs send, made fit to be searched for and kept."""

from __future__ import annotations


def readable(text: str, most: int) -> str:
    """`text` without NUL (PostgreSQL refuses it) and halves of characters that no encoding holds
    (a lone surrogate), trimmed, at most `most` characters."""
    whole = text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    return whole.strip()[:most]
