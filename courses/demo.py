"""Classes of the demonstration: named courses of a real base as its article names them, and a
living calendar of the invented base, all made by the ordinary services."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_noop

from committees.models import Person
from courses import services
from courses.demo_plan import CLASSES, COURSES, HABITS, SPECIAL, PlannedClass
from courses.models import Course, Enrolment, Offering, Session
from courses.services.certificates import awards_of, completed
from records.certificates.paper import keep_print
from records.services import issue_certificates, reissue_certificate, revoke_certificate

if TYPE_CHECKING:
    from core.demo import Demo

BAOSHAN_SOURCE = gettext_noop(
    "Article on the Baoshan institute (undated, during the epidemic; the Chinese titles are our "
    "translation)"
)
BAOSHAN_COURSES = (
    (
        "社区疫情防控对社区治理的新挑战与后疫情时期社区治理的新任务新目标",
        "The New Challenges Posed by Community Epidemic Prevention and Control to Community "
        "Governance & the New Tasks and Targets of Community Governance after the Epidemic",
    ),
    (
        "提升社区干部的组织动员能力",
        "Improving Community Leaders' Organization and Mobilization Capability",
    ),
    (
        "提升社区干部的应急处置与协调能力",
        "Improving Community Leaders' Ability to Deal with Emergencies and Their Coordination "
        "Capacity",
    ),
    ("后疫情时期的心理调适", "Post-epidemic Psychological Adjustment"),
)
CAOYANG_SOURCE = gettext_noop(
    "Article on the unveiling of the Caoyang base (2021; the Chinese title is our translation)"
)
INVENTED = gettext_noop("Demonstration (invented)")
DAY = datetime.timedelta(days=1)
SESSION = datetime.timedelta(hours=3)
QUARTERS = 16


def step(demo: Demo) -> None:
    """Run after places, people and accounts."""
    _reported(demo)
    courses = _catalogue(demo)
    for plan in CLASSES:
        demo.made[f"offering.{plan.key}"] = _class(demo, plan, courses)
    _certify(demo)


def _certify(demo: Demo) -> None:
    """Certificates of the spring class, with the print of the visitor's own. One holds a mistake:
    it is revoked and issued anew."""
    offering: Offering = demo.made["offering.spring"]
    awards = [one for one in awards_of(offering, list(completed(offering))) if one.quarters]
    base, me = demo.made["base.DEMO"], demo.made["users"]["demo-secretary"].person
    at = _at(offering.ends_on + DAY, 10)
    certificates = issue_certificates(actor=None, base=base, awards=awards, at=at)
    for award, certificate in zip(awards, certificates, strict=True):
        if award.person == me:
            keep_print(certificate)
    award, wrong = awards[-1], certificates[-1]
    later = at + 7 * DAY
    reason = "班次名称有误，已更正（演示）"
    revoke_certificate(actor=None, certificate=wrong, reason=reason, at=later)
    reissue_certificate(actor=None, certificate=wrong, award=award, at=later + DAY)


def _reported(demo: Demo) -> None:
    """What the articles name: four courses at Baoshan, one forum at Caoyang."""
    for title_zh, title_en in BAOSHAN_COURSES:
        services.create_course(
            actor=None,
            base=demo.made["base.BAOSHAN"],
            title_zh=title_zh,
            title_en=title_en,
            special=True,
            published=True,
            source=BAOSHAN_SOURCE,
        )
    day = datetime.date(2021, 6, 25)
    services.record_reported_offering(
        base=demo.made["base.CAOYANG"],
        title_zh="首届社区干部论坛（基地揭牌）",
        title_en="First forum of community officials (unveiling of the base)",
        kind=Offering.Kind.SALON,
        begins_on=day,
        ends_on=day,
        source=CAOYANG_SOURCE,
    )


def _catalogue(demo: Demo) -> dict[str, Course]:
    return {
        plan.key: services.create_course(
            actor=None,
            base=demo.made["base.DEMO"],
            title_zh=plan.zh,
            title_en=plan.en,
            about_zh=plan.about_zh,
            about_en=plan.about_en,
            quarters=plan.quarters,
            special=plan.key in SPECIAL,
            published=True,
            source=INVENTED,
        )
        for plan in COURSES
    }


def _class(demo: Demo, plan: PlannedClass, courses: dict[str, Course]) -> Offering:
    """Plan, open and fill one class, and bring it to its state; every act has its own time."""
    first = demo.today + plan.day * DAY
    planned_at = _at(min(first - 40 * DAY, demo.today - 20 * DAY), 10)
    offering = services.create_offering(
        actor=None,
        base=demo.made["base.DEMO"],
        title_zh=plan.zh,
        title_en=plan.en,
        kind=plan.kind,
        begins_on=first,
        ends_on=first + (plan.days - 1) * DAY,
        seats=plan.seats,
        courses=list({key: courses[key] for _, _, key, _ in plan.sessions}.values()),
        venue_zh=plan.venue_zh,
        venue_en=plan.venue_en,
        class_head=demo.made["people.demo_base_staff"][0],
        source=INVENTED,
        at=planned_at,
    )
    sessions = [
        services.add_session(
            actor=None,
            offering=offering,
            course=courses[key],
            starts_at=_at(first + number * DAY, hour),
            ends_at=_at(first + number * DAY, hour) + SESSION,
            quarters=QUARTERS,
            category=category,
        )
        for number, hour, key, category in plan.sessions
    ]
    if plan.fate == "draft":
        return offering
    services.open_offering(actor=None, offering=offering, at=planned_at)
    enrolments = _enrol(demo, plan, offering, planned_at)
    _fate(demo, plan, offering, sessions, enrolments)
    return Offering.objects.get(pk=offering.pk)


def _enrol(
    demo: Demo, plan: PlannedClass, offering: Offering, planned_at: datetime.datetime
) -> list[Enrolment]:
    """Secretaries by assignment or by themselves, members by themselves, over several days."""
    signed_in = {user.person_id for user in demo.made["users"].values()}
    chosen: list[Person] = [
        *demo.made["people.demo_secretaries"][slice(*plan.secretaries)],
        *demo.made["people.demo_members"][slice(*plan.members)],
    ]
    channels = Enrolment.Channel
    return [
        services.enrol(
            actor=None,
            offering=offering,
            person=person,
            channel=channels.SELF if person.pk in signed_in or number % 2 else channels.ASSIGNED,
            at=planned_at + datetime.timedelta(hours=3 * number),
        )
        for number, person in enumerate(chosen)
    ]


def _fate(
    demo: Demo,
    plan: PlannedClass,
    offering: Offering,
    sessions: list[Session],
    enrolments: list[Enrolment],
) -> None:
    if plan.fate == "cancelled":
        services.cancel_offering(actor=None, offering=offering, reason="场地临时维修，日期另行通知")
    if plan.fate == "closed":
        services.close_enrolment(actor=None, offering=offering)
    if plan.fate in ("running", "completed"):
        past = [session for session in sessions if session.on < demo.today]
        for number, session in enumerate(past):
            _hold(session, enrolments, number)
    if plan.fate == "completed":
        services.complete_offering(
            actor=None, offering=offering, at=sessions[-1].ends_at + datetime.timedelta(hours=1)
        )


def _hold(session: Session, enrolments: list[Enrolment], number: int) -> None:
    """Roll call of one session, each person by her habit, then closed."""
    marks = {
        enrolment.pk: HABITS[place % len(HABITS)][number % len(HABITS[place % len(HABITS)])]
        for place, enrolment in enumerate(enrolments)
    }
    services.mark_attendance(actor=None, session=session, marks=marks, at=session.starts_at)
    services.close_session(actor=None, session=session, at=session.ends_at)


def _at(day: datetime.date, hour: int) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour), timezone.get_current_timezone())
