"""What tutoring refuses, each with its sentence."""

from __future__ import annotations

from core.errors import DomainError


class AppointmentRefused(DomainError):
    """Somebody cannot be appointed as tutor this way."""

    code = "appointment_refused"


class PairingRefused(DomainError):
    """A pair cannot be proposed this way."""

    code = "pairing_refused"


class StepRefused(DomainError):
    """The pairing is not in a state that allows this act."""

    code = "step_refused"
