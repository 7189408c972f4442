"""Writes of the ledger. Higher apps call `post_hours`, `post_all`, `reverse_hours` and
`reverse_all`; each is safe to call again."""

from records.certificates.content import Award
from records.services.accounts import account_for
from records.services.certificates import (
    issue_certificate,
    issue_certificates,
    reissue_certificate,
    revoke_certificate,
)
from records.services.claims import hand_in, hand_in_again, take_back
from records.services.deciding import reject, verify, verify_all
from records.services.exempting import end_exemption, exempt
from records.services.locks import lock_year
from records.services.posting import (
    Posting,
    post_all,
    post_hours,
    reverse_all,
    reverse_hours,
    year_total,
)

__all__ = [
    "Award",
    "Posting",
    "account_for",
    "end_exemption",
    "exempt",
    "hand_in",
    "hand_in_again",
    "issue_certificate",
    "issue_certificates",
    "lock_year",
    "post_all",
    "post_hours",
    "reissue_certificate",
    "reject",
    "reverse_all",
    "reverse_hours",
    "revoke_certificate",
    "take_back",
    "verify",
    "verify_all",
    "year_total",
]
