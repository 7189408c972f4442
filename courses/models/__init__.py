from courses.models.attendance import ATTENDED, Attendance
from courses.models.course import Course
from courses.models.enrolment import ACTIVE, ENDED, SEATED, Enrolment, SeatPool
from courses.models.offering import Offering
from courses.models.session import Session

__all__ = [
    "ACTIVE",
    "ATTENDED",
    "ENDED",
    "SEATED",
    "Attendance",
    "Course",
    "Enrolment",
    "Offering",
    "SeatPool",
    "Session",
]
