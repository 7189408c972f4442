"""Why a class said no."""

from core.errors import DomainError


class WrongOffering(DomainError):
    """The facts of a class, a course or a session do not fit together."""

    code = "wrong_offering"


class WrongState(DomainError):
    """The act is not possible in the present state."""

    code = "wrong_state"


class NotYourClass(DomainError):
    """Only the training base that holds the class may do this."""

    code = "not_your_class"


class NotYourPerson(DomainError):
    """The actor may not act for this person."""

    code = "not_your_person"


class EnrolmentClosed(DomainError):
    code = "enrolment_closed"


class ClassFull(DomainError):
    code = "class_full"


class AlreadyEnrolled(DomainError):
    code = "already_enrolled"


class NoUnit(DomainError):
    """A person without a unit cannot be counted anywhere."""

    code = "no_unit"


class NotEnrolled(DomainError):
    code = "not_enrolled"


class WrongCode(DomainError):
    code = "wrong_code"


class CheckInShut(DomainError):
    """Too early or too late to check in."""

    code = "check_in_shut"


class MarksMissing(DomainError):
    code = "marks_missing"
