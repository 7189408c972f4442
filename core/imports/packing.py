"""Rows as plain data, so that they can wait in the database between two chunks."""

from __future__ import annotations

from typing import Any

from core.imports.rows import Change, Finding, ImportRow, Outcome, Question, Write


def pack_common(row: ImportRow) -> dict[str, Any]:
    """What every kind's rows have. Writes are kept apart: see `pack_writes`."""
    return {
        "sheet": row.sheet,
        "number": row.number,
        "findings": [_finding(finding) for finding in row.findings],
        "change": row.change,
        "answers": row.answers,
        "key": row.key,
        "group": row.group,
    }


def unpack_common(row: ImportRow, data: dict[str, Any]) -> None:
    row.sheet, row.number = data["sheet"], data["number"]
    row.findings = [
        Finding(code, Outcome(outcome), message, _question(question), asked)
        for code, outcome, message, question, asked in data["findings"]
    ]
    row.change = Change(data["change"]) if data["change"] else None
    row.answers, row.key, row.group = data["answers"], data["key"], data["group"]


def _finding(finding: Finding) -> list[Any]:
    asked = finding.question
    question = (
        [asked.key, asked.text, asked.choices, asked.facts, asked.optional] if asked else None
    )
    return [finding.code, finding.outcome, finding.message, question, finding.asked]


def _question(data: list[Any] | None) -> Question | None:
    if data is None:
        return None
    key, text, choices, facts, optional = data
    pairs = tuple((value, label) for value, label in choices)
    return Question(key, text, pairs, facts, optional)


def pack_writes(writes: list[Write]) -> list[Any]:
    return [[write.model, write.pk, write.fields, write.created] for write in writes]


def unpack_writes(data: list[Any]) -> list[Write]:
    return [
        Write(model, pk, {key: (old, new) for key, (old, new) in fields.items()}, created)
        for model, pk, fields, created in data
    ]
