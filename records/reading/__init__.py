"""Reading the ledger: one person's year explained, and the years of a district's people."""

from records.reading.person import (
    EntryLine,
    PersonYear,
    evidence_url,
    person_year,
    verified_of,
    years_of,
)

__all__ = ["EntryLine", "PersonYear", "evidence_url", "person_year", "verified_of", "years_of"]
