"""What people in a pairing are told."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.house import full_day
from notices.rules import Facts, Message, NoticeRule
from tutors.models import Pairing

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from notices.models import OutboxItem


def _url(facts: Facts) -> str:
    return reverse("tutors:pairing-detail", args=[facts["pairing"]])


def _names(facts: Facts, language: str) -> dict[str, str]:
    """Both names as the recipient writes them."""
    english = language.startswith("en")
    return {
        side: str((facts.get(f"{side}_en") if english else "") or facts[side])
        for side in ("tutor", "pupil")
    }


class PairingProposed(NoticeRule):
    """Both are asked whether they agree."""

    key: ClassVar[str] = "pairing_proposed"
    label: ClassVar[_StrOrPromise] = gettext_lazy("A pairing is proposed to you")
    email: ClassVar[bool] = True

    def render(self, facts: Facts, language: str) -> Message:
        return Message(
            title=_("A pairing is proposed to you"),
            body=_("%(tutor)s as tutor and %(pupil)s as pupil. Please say whether you agree.")
            % _names(facts, language),
            url=_url(facts),
        )

    def still_wanted(self, item: OutboxItem) -> bool:
        return Pairing.objects.filter(pk=item.object_id, state=Pairing.State.PROPOSED).exists()


class PairingActive(NoticeRule):
    """Both are told that the agreement is signed."""

    key: ClassVar[str] = "pairing_active"
    label: ClassVar[_StrOrPromise] = gettext_lazy("Your pairing is under way")
    email: ClassVar[bool] = True

    def render(self, facts: Facts, language: str) -> Message:
        day = full_day(datetime.date.fromisoformat(facts["from_on"]))
        return Message(
            title=_("Your pairing is under way"),
            body=_("%(tutor)s and %(pupil)s, from %(day)s.")
            % {**_names(facts, language), "day": day},
            url=_url(facts),
        )

    def still_wanted(self, item: OutboxItem) -> bool:
        return Pairing.objects.filter(pk=item.object_id).underway().exists()
