"""Pages of classes."""

from courses.views.attendance import (
    check_in,
    session_check_in,
    session_close,
    session_live,
    session_roll_call,
)
from courses.views.catalogue import course_create, course_edit, course_list
from courses.views.certificates import (
    offering_certificates,
    offering_certificates_issue,
    offering_certificates_print,
)
from courses.views.enrolments import (
    enrolment_cancel,
    enrolment_list,
    offering_enrol,
    offering_enrolments,
    offering_people,
)
from courses.views.offerings import offering_detail, offering_list
from courses.views.planning import (
    offering_cancel,
    offering_close,
    offering_complete,
    offering_create,
    offering_edit,
    offering_open,
    session_create,
    session_drop,
    session_edit,
)

__all__ = [
    "check_in",
    "course_create",
    "course_edit",
    "course_list",
    "enrolment_cancel",
    "enrolment_list",
    "offering_cancel",
    "offering_certificates",
    "offering_certificates_issue",
    "offering_certificates_print",
    "offering_close",
    "offering_complete",
    "offering_create",
    "offering_detail",
    "offering_edit",
    "offering_enrol",
    "offering_enrolments",
    "offering_list",
    "offering_open",
    "offering_people",
    "session_check_in",
    "session_close",
    "session_create",
    "session_drop",
    "session_edit",
    "session_live",
    "session_roll_call",
]
