"""Writes of tutoring; every door (pages, API, demonstration) goes through these."""

from tutors.services.appointments import appoint_tutor, end_tutor_appointment
from tutors.services.batches import create_batch
from tutors.services.pairings import (
    accept_pairing,
    activate_pairing,
    decline_pairing,
    end_pairing,
    pause_pairing,
    propose_pairing,
    resume_pairing,
)
from tutors.services.unsettled import settle_pairing

__all__ = [
    "accept_pairing",
    "activate_pairing",
    "appoint_tutor",
    "create_batch",
    "decline_pairing",
    "end_pairing",
    "end_tutor_appointment",
    "pause_pairing",
    "propose_pairing",
    "resume_pairing",
    "settle_pairing",
]
