"""What the ledger tells people: hours verified, hours returned with a reason."""

from __future__ import annotations

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.registries import notice_rules
from core.templatetags.house import full_day, hours
from notices.rules import Facts, Message, NoticeRule


def _words(facts: Facts, language: str) -> dict[str, str]:
    title = facts.get("title_en") if language.startswith("en") else ""
    return {
        "title": str(title or facts["title_zh"]),
        "day": full_day(parse_date(str(facts["day"]))),
        "hours": hours(int(facts["quarters"])),
        "reason": str(facts.get("reason", "")),
    }


def _page(facts: Facts) -> str:
    return f"{reverse('records:my-hours')}?year={int(facts['year'])}"


class HoursVerified(NoticeRule):
    key = "hours_verified"
    label = gettext_lazy("Class hours verified")

    def render(self, facts: Facts, language: str) -> Message:
        words, count = _words(facts, language), int(facts["entries"])
        return Message(
            title=_("%(hours)s class hours are verified") % words,
            body=ngettext(
                "“%(title)s” of %(day)s counts now.",
                "%(count)d entries count now, the last of them “%(title)s” of %(day)s.",
                count,
            )
            % (words | {"count": count}),
            url=_page(facts),
        )


class HoursReturned(NoticeRule):
    key = "hours_returned"
    label = gettext_lazy("Class hours returned")
    email = True

    def render(self, facts: Facts, language: str) -> Message:
        words = _words(facts, language)
        return Message(
            title=_("Please complete: “%(title)s” of %(day)s") % words,
            body=_("Your organiser returned %(hours)s class hours. Reason: %(reason)s") % words,
            url=_page(facts),
        )


def register() -> None:
    """Called once by RecordsConfig.ready."""
    for rule in (HoursVerified(), HoursReturned()):
        notice_rules.add(rule.key, rule)
