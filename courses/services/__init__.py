"""Everything that changes courses, classes, seats and attendance."""

from courses.services.attendance import check_in, close_session, mark_attendance
from courses.services.catalogue import create_course, update_course
from courses.services.completion import complete_offering
from courses.services.enrolment import cancel_enrolment, enrol
from courses.services.offerings import (
    cancel_offering,
    close_enrolment,
    create_offering,
    open_offering,
    record_reported_offering,
    update_offering,
)
from courses.services.sessions import add_session, drop_session, update_session

__all__ = [
    "add_session",
    "cancel_enrolment",
    "cancel_offering",
    "check_in",
    "close_enrolment",
    "close_session",
    "complete_offering",
    "create_course",
    "create_offering",
    "drop_session",
    "enrol",
    "mark_attendance",
    "open_offering",
    "record_reported_offering",
    "update_course",
    "update_offering",
    "update_session",
]
