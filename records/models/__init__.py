from records.models.accounts import HourAccount
from records.models.certificates import (
    Certificate,
    CertificateFile,
    CertificateRevocation,
    CertificateSeries,
    certificates_in,
)
from records.models.claims import HourClaim
from records.models.decisions import HourDecision, YearLock
from records.models.entries import HourCategory, HourEntry, HourState
from records.models.exemptions import HourExemption
from records.models.paper import CompleteSince, PaperClass, PaperClassWithdrawal
from records.models.year_end import YearEndStep, YearGap

__all__ = [
    "Certificate",
    "CertificateFile",
    "CertificateRevocation",
    "CertificateSeries",
    "CompleteSince",
    "HourAccount",
    "HourCategory",
    "HourClaim",
    "HourDecision",
    "HourEntry",
    "HourExemption",
    "HourState",
    "PaperClass",
    "PaperClassWithdrawal",
    "YearEndStep",
    "YearGap",
    "YearLock",
    "certificates_in",
]
