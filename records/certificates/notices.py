"""What certificates tell people."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.registries import notice_rules
from notices.models import OutboxItem
from notices.rules import Facts, Message, NoticeRule
from records.models import Certificate


class CertificateIssued(NoticeRule):
    key = "certificate_issued"
    label = gettext_lazy("Certificate issued")
    email = True

    def render(self, facts: Facts, language: str) -> Message:
        english = facts.get("title_en") if language.startswith("en") else ""
        title = str(english or facts["title_zh"])
        return Message(
            title=_("Your certificate is ready: %(title)s") % {"title": title},
            body=_("You can look at it and download it in the portal at any time."),
            url=reverse("certificates:detail", args=[facts["certificate"]]),
        )

    def still_wanted(self, item: OutboxItem) -> bool:
        """Not when it was revoked meanwhile."""
        return Certificate.objects.standing().filter(pk=item.object_id).exists()


def register() -> None:
    """Called once at start-up."""
    notice_rules.add(CertificateIssued.key, CertificateIssued())
