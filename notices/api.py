"""My notices over the API."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from notices import reading, services
from notices.models import Notice

router = Router(tags=["notices"])
MOST = 100


class NoticeOut(Schema):
    """A notice in the words of the account's language."""

    id: int
    rule: str
    title: str
    body: str
    url: str
    arrived_at: datetime.datetime
    read_at: datetime.datetime | None
    confirmed_at: datetime.datetime | None
    asks_to_confirm: bool


def _out(row: reading.Shown) -> dict[str, Any]:
    notice, message = row.notice, row.message
    return {
        "id": notice.pk,
        "rule": notice.rule,
        "title": message.title,
        "body": message.body,
        "url": message.url,
        "arrived_at": notice.created_at,
        "read_at": notice.read_at,
        "confirmed_at": notice.confirmed_at,
        "asks_to_confirm": row.asks,
    }


@router.get("/", response=list[NoticeOut], url_name="notice-list")
def list_notices(
    request: HttpRequest,
    unread: bool = False,
    limit: int = Query(50, ge=1, le=MOST),
    offset: int = Query(0, ge=0, le=100_000),
) -> list[dict[str, Any]]:
    """My inbox from the newest; `unread` leaves out what I have opened."""
    notices = Notice.objects.visible_to(request.user)
    if unread:
        notices = notices.filter(read_at=None)
    page = notices.order_by("-created_at", "-pk")[offset : offset + limit]
    return [_out(reading.shown(notice)) for notice in page]


@router.post("/{int:pk}/confirm", response=NoticeOut, url_name="notice-confirm")
def confirm_notice(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Confirm that a notice reached me."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    confirmed = services.confirm(actor=request.user, notice=notice)  # type: ignore[arg-type]
    return _out(reading.shown(confirmed))
