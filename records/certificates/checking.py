"""The public answer to "is this certificate genuine": as much as the paper says, and no more."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from committees.names import masked_name
from core.words import in_language
from records.certificates.content import plain_code, plain_number
from records.models import Certificate


@dataclass(frozen=True, slots=True)
class Answer:
    """What anybody may know who holds number and code."""

    number: str
    title_zh: str
    title_en: str
    name: str
    revoked: bool

    @property
    def title(self) -> str:
        return in_language(self.title_zh, self.title_en)


def answer_to(number: str, code: str) -> Answer | None:
    """None for a number nobody issued and for a code that is not its own, without a difference."""
    row = (
        Certificate.objects.select_related("revocation")
        .filter(number=plain_number(number)[:40])
        .first()
    )
    own = plain_code(row.content["code"]) if row else "-"
    fits = hmac.compare_digest(own.encode(), plain_code(code).encode())
    if row is None or not fits:
        return None
    content = row.content
    return Answer(
        number=row.number,
        title_zh=content["title"],
        title_en=content["title_en"],
        name=masked_name(content["name"]),
        revoked=row.is_revoked,
    )
