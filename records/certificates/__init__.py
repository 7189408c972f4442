"""Completion certificates beside their rows: content, rights, print, public check."""
