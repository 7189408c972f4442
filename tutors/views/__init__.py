"""Pages of tutoring."""

from tutors.views.batches import batch_detail, batch_list
from tutors.views.mine import pupil_list, tutor_mine
from tutors.views.pairings import (
    pairing_accept,
    pairing_activate,
    pairing_decline,
    pairing_detail,
    pairing_end,
    pairing_pause,
    pairing_propose,
    pairing_resume,
    pairing_settle,
)

__all__ = [
    "batch_detail",
    "batch_list",
    "pairing_accept",
    "pairing_activate",
    "pairing_decline",
    "pairing_detail",
    "pairing_end",
    "pairing_pause",
    "pairing_propose",
    "pairing_resume",
    "pairing_settle",
    "pupil_list",
    "tutor_mine",
]
