"""Inbox, channels, outbox."""

from __future__ import annotations

from typing import Any

from notices.models import OutboxItem
from tests.access.spec import REST, Route, Visit
from tests.factories.notices import NoticeFactory, OutboxItemFactory

OPERATORS = "system_admin"


def my_notice(visit: Visit) -> dict[str, Any]:
    """In my inbox, or in somebody else's."""
    owner = visit.side.users["managed"] if visit.foreign else visit.user
    item = OutboxItemFactory(
        recipient=owner or visit.side.users["managed"], state=OutboxItem.State.SENT
    )
    return {"pk": NoticeFactory(item=item, recipient=item.recipient).pk}


def failed_item(visit: Visit) -> dict[str, Any]:
    item = OutboxItemFactory(recipient=visit.side.users["managed"], state=OutboxItem.State.FAILED)
    return {"pk": item.pk}


ROUTES = {
    "notices:notice-list": Route(get=200),
    "notices:notice-detail": Route(get=200, args=my_notice),
    "notices:notice-confirm": Route(post=302, args=my_notice),
    "notices:notice-read-all": Route(post=302),
    "notices:channel-choice": Route(get=200, post=302),
    "notices:outbox-list": Route(get={200: OPERATORS, 403: REST}),
    "notices:outbox-retry": Route(
        post={302: OPERATORS, 403: REST},
        args=failed_item,
        foreign_post={302: OPERATORS, 403: REST},  # deliveries are the whole portal's
    ),
    "api:notice-list": Route(get=200, token=True),
    "api:notice-confirm": Route(post=422, args=my_notice, token=True),  # asks for nothing
}
