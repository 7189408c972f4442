"""What classes tell people, and when.

Reminders are rules, not dated messages: who is due is read from live rows each minute, and once
more at the moment of sending. A class that was cancelled or moved, or has begun, is not announced.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.registries import notice_rules
from core.templatetags.house import full_day, moment
from courses.models import ACTIVE, Enrolment, Offering, Session
from notices.models import OutboxItem
from notices.rules import Due, Facts, Message, NoticeRule, TimedRule

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

WAITING = (Offering.State.OPEN, Offering.State.CLOSED)


def _words(facts: Facts, language: str) -> dict[str, str]:
    """Title, place and first day in the reader's language."""
    english = language.startswith("en")

    def either(name: str) -> str:
        chosen = facts.get(f"{name}_en") if english else ""
        return str(chosen or facts.get(f"{name}_zh", ""))

    return {
        "title": either("title"),
        "venue": either("venue"),
        "day": full_day(parse_date(str(facts["begins_on"]))),
    }


def _page(facts: Facts) -> str:
    return reverse("courses:offering-detail", args=[facts["offering"]])


class EnrolmentConfirmed(NoticeRule):
    key = "enrolment_confirmed"
    label = gettext_lazy("Enrolment confirmed")
    email = True

    def render(self, facts: Facts, language: str) -> Message:
        words = _words(facts, language)
        return Message(
            title=_("You are enrolled: %(title)s") % words,
            body=_("The class begins on %(day)s. A reminder follows before the first day.") % words,
            url=_page(facts),
        )

    def still_wanted(self, item: OutboxItem) -> bool:
        """Not when the seat was given back meanwhile, or the class is over."""
        held = Enrolment.objects.active().filter(pk=item.object_id)
        return held.filter(offering__state__in=(*WAITING, Offering.State.RUNNING)).exists()


class EnrolmentCancelled(NoticeRule):
    """Somebody else gave the seat back."""

    key = "enrolment_cancelled"
    label = gettext_lazy("Enrolment cancelled for you")
    email = True

    def render(self, facts: Facts, language: str) -> Message:
        words = _words(facts, language)
        return Message(
            title=_("Your enrolment was cancelled: %(title)s") % words,
            body=_(
                "Your organiser or the training base gave the seat back. Please ask them if this "
                "surprises you."
            ),
            url=_page(facts),
        )


class OfferingCancelled(NoticeRule):
    key = "offering_cancelled"
    label = gettext_lazy("Class cancelled")
    email = True
    quiet = False

    def render(self, facts: Facts, language: str) -> Message:
        words = _words(facts, language) | {"reason": str(facts["reason"])}
        return Message(
            title=_("Cancelled: %(title)s") % words,
            body=_("The class of %(day)s does not take place. Reason: %(reason)s") % words,
            url=_page(facts),
        )


class ClassCompleted(NoticeRule):
    key = "class_completed"
    label = gettext_lazy("Class completed")
    email = True

    def render(self, facts: Facts, language: str) -> Message:
        words = _words(facts, language)
        count = int(facts["sessions"])
        return Message(
            title=_("Completed: %(title)s") % words,
            body=ngettext(
                "You attended %(attended)s of %(count)d session. Your class hours are entered.",
                "You attended %(attended)s of %(count)d sessions. Your class hours are entered.",
                count,
            )
            % {"attended": facts["attended"], "count": count},
            url=reverse("records:my-hours"),
        )


class Reminder(TimedRule):
    """So many days before the first session starts."""

    days: ClassVar[int]
    # The next reminder takes over from here.
    until_days: ClassVar[int]
    label: ClassVar[_StrOrPromise]
    email = True

    def due(self, now: datetime.datetime) -> Iterator[Due]:
        """Everybody with a seat in a class whose first session starts within the window. Who
        enrolled inside the window has just heard the date and needs no reminder of it."""
        start = Min("sessions__starts_at", filter=Q(sessions__state=Session.State.PLANNED))
        classes = Offering.objects.filter(state__in=WAITING).alias(start=start)
        classes = classes.filter(
            start__gt=now + datetime.timedelta(days=self.until_days),
            start__lte=now + datetime.timedelta(days=self.days),
        )
        for offering in classes.annotate(first=start).order_by("pk"):
            yield from self._due_in(offering, offering.first)

    def _due_in(self, offering: Offering, start: datetime.datetime) -> Iterator[Due]:
        facts = {
            "title_zh": offering.title_zh,
            "title_en": offering.title_en,
            "venue_zh": offering.venue_zh,
            "venue_en": offering.venue_en,
            "begins_on": offering.begins_on,
            "starts_at": start,
            "offering": str(offering.public_id),
        }
        seated = Enrolment.objects.filter(
            offering=offering,
            state__in=ACTIVE,
            created_at__lt=start - datetime.timedelta(days=self.days),
            person__user__is_active=True,
        )
        for enrolment_id, user_id in seated.order_by("pk").values_list("pk", "person__user"):
            yield Due(user_id, enrolment_id, f"{start:%Y%m%dT%H%M}", facts)

    def render(self, facts: Facts, language: str) -> Message:
        start = parse_datetime(str(facts["starts_at"]))
        words = _words(facts, language) | {"start": moment(start)}
        body = _("It begins on %(start)s.") % words
        if words["venue"]:
            body += " " + _("Venue: %(venue)s.") % words
        return Message(title=self.heading() % words, body=body, url=_page(facts))

    def heading(self) -> str:
        raise NotImplementedError

    def still_wanted(self, item: OutboxItem) -> bool:
        """The seat is held, the class stands, starts when the message says, and not yet."""
        start = parse_datetime(str(item.facts["starts_at"]))
        if start is None or start <= timezone.now():
            return False
        live = Enrolment.objects.filter(
            pk=item.object_id, state__in=ACTIVE, offering__state__in=WAITING
        ).annotate(
            start=Min(
                "offering__sessions__starts_at",
                filter=Q(offering__sessions__state=Session.State.PLANNED),
            )
        )
        return live.filter(start=start).exists()


class ThreeDaysBefore(Reminder):
    key = "class_in_three_days"
    label = gettext_lazy("Reminder three days before a class")
    days, until_days = 3, 1

    def heading(self) -> str:
        return _("Your class begins in a few days: %(title)s")


class DayBefore(Reminder):
    key = "class_tomorrow"
    label = gettext_lazy("Reminder the day before a class")
    days, until_days = 1, 0

    def heading(self) -> str:
        return _("Your class begins soon: %(title)s")


RULES = (
    EnrolmentConfirmed(),
    EnrolmentCancelled(),
    OfferingCancelled(),
    ClassCompleted(),
    ThreeDaysBefore(),
    DayBefore(),
)


def register() -> None:
    """Called once by CoursesConfig.ready."""
    for rule in RULES:
        notice_rules.add(rule.key, rule)
