"""Titles kept in two languages."""

from django.utils.translation import get_language


def in_reader_language(zh: str, en: str) -> str:
    """English for a reader of English where it is known, else Chinese."""
    return en if en and (get_language() or "").startswith("en") else zh
