"""Inbox, channels and the operator's view of the outbox."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from core.errors import DomainError
from core.paging import page_of
from core.scope import scope_of
from notices import reading, services
from notices.forms import ChannelForm
from notices.models import Channel, Notice, OutboxItem
from notices.permissions import can_read_outbox


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # signed in: LoginRequiredMiddleware
    return request.user


# --- Inbox --------------------------------------------------------------------------------------
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """My inbox: what I have not read comes first."""
    page = page_of(request, reading.unread_first(scope_of(request.user)))
    rows = [reading.shown(notice) for notice in page]
    return render(
        request,
        "notices/notice_list.html",
        {"page": page, "rows": rows, "unread": reading.unread_count(request)},
    )


@require_safe
def notice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice in words; opening it marks it as read."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    services.mark_read(notice=notice)
    return render(request, "notices/notice_detail.html", {"row": reading.shown(notice)})


@require_POST
def notice_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    try:
        services.confirm(actor=_me(request), notice=notice)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("You have confirmed that this notice reached you."))
    return redirect("notices:notice-detail", pk=pk)


@require_POST
def notice_read_all(request: HttpRequest) -> HttpResponse:
    count = services.mark_all_read(actor=_me(request))
    text = ngettext("%(count)s notice marked as read.", "%(count)s notices marked as read.", count)
    messages.success(request, text % {"count": count})
    return redirect("notices:notice-list")


@require_http_methods(["GET", "POST"])
def channel_choice(request: HttpRequest) -> HttpResponse:
    """Which channels I want besides the inbox."""
    me = _me(request)
    given = request.POST if request.method == "POST" else None
    form = ChannelForm(given, initial={"email": reading.wants_email(me)})
    if form.is_valid():
        services.choose_channel(actor=me, channel=Channel.EMAIL, wanted=form.cleaned_data["email"])
        messages.success(request, _("Your choice is saved."))
        return redirect("notices:channel-choice")
    return render(request, "notices/channel_choice.html", {"form": form, "address": me.email})


# --- Outbox -------------------------------------------------------------------------------------
def _outbox(request: HttpRequest) -> Any:
    if not can_read_outbox(request.user):
        raise PermissionDenied
    return OutboxItem.objects.all()


@require_safe
def outbox_list(request: HttpRequest) -> HttpResponse:
    """How deliveries stand, and those that failed; nobody's text is shown."""
    failed = _outbox(request).filter(state=OutboxItem.State.FAILED).order_by("-finished_at", "-pk")
    page = page_of(request, failed)
    labels = reading.rule_labels()
    rows = [(item, labels.get(item.rule, item.rule)) for item in page]
    context = {"page": page, "rows": rows, "counts": reading.outbox_counts()}
    return render(request, "notices/outbox_list.html", context)


@require_POST
def outbox_retry(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(_outbox(request), pk=pk)
    try:
        services.retry(actor=_me(request), item=item)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The notice is on its way again."))
    return redirect("notices:outbox-list")
