"""Rules: which value holds here, why, since when, who checked the source; changing one."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.models import Place, PolicyCheck, PolicyValue
from committees.permissions import can_set_policy
from committees.policies import GROUPS, PolicyKey, place_ids
from committees.policy_effects import preview
from committees.policy_standing import SourceState, Standing, history, standings
from committees.services import policies as services
from core.errors import DomainError
from core.registries import policy_keys
from core.scope import scope_of
from records.forms.policies import ChangeForm, CheckForm, first_values
from records.permissions import READERS, can_check_rules

EVERYWHERE = "0"


def districts_of(request: HttpRequest) -> list[Place]:
    """Districts the reader belongs to or reads, by name; few. One query."""
    rows = Place.objects.visible_to(request.user).standing().filter(level=Place.Level.DISTRICT)
    return list(rows.filter(hidden=False).order_by("pinyin", "pk")[:200])


def _district(request: HttpRequest, offered: list[Place]) -> Place | None:
    """The district asked for; else the reader's own; None: the values for everywhere."""
    asked = request.GET.get("district", "")
    if asked == EVERYWHERE:
        return None
    if asked:
        for place in offered:
            if str(place.pk) == asked:
                return place
        raise Http404
    # Who is bound to no place sees what holds everywhere.
    return offered[0] if offered and scope_of(request.user).paths() else None


def _rule(key: str) -> PolicyKey:
    if key not in policy_keys:
        raise Http404
    rule: PolicyKey = policy_keys.get(key)
    return rule


def _frame(request: HttpRequest) -> dict[str, Any]:
    """What every page of rules needs: the district, the choice of districts, may I change."""
    offered = districts_of(request)
    district = _district(request, offered)
    return {
        "district": district,
        "districts": offered,
        "may_set": can_set_policy(request.user, district),
        "asked": f"?district={district.pk if district else EVERYWHERE}",
        "today": timezone.localdate(),
    }


def _grouped(rows: list[Standing]) -> list[dict[str, Any]]:
    return [
        {"key": key, "label": label, "rows": [row for row in rows if row.rule.group == key]}
        for key, (label, _used) in GROUPS.items()
    ]


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    """Every rule by group with the value that holds today and the state of its source."""
    frame = _frame(request)
    rows = standings(frame["district"], frame["today"])
    context = {
        **frame,
        "groups": _grouped(rows),
        "open_points": sum(row.open_point for row in rows),
        "own": sum(row.own for row in rows),
        "all": len(rows),
        "may_check_rules": can_check_rules(request.user),
        "may_see_year_end": scope_of(request.user).has(*READERS),
    }
    return render(request, "records/policy_list.html", context)


@require_safe
def policy_checklist(request: HttpRequest) -> HttpResponse:
    """Sources that nobody has checked or that have run out: to be settled before going live."""
    if not can_check_rules(request.user):
        raise PermissionDenied(_("Checking the sources of rules is not part of your work."))
    frame = _frame(request)
    rows = [row for row in standings(frame["district"], frame["today"]) if row.open_point]
    context = {
        **frame,
        "groups": [group for group in _grouped(rows) if group["rows"]],
        "expired": sum(row.state == SourceState.EXPIRED for row in rows),
        "unchecked": sum(row.state == SourceState.UNCHECKED for row in rows),
    }
    return render(request, "records/policy_checklist.html", context)


@require_safe
def policy_why(request: HttpRequest, key: str) -> HttpResponse:
    """Why this figure: the rule, its source, how long it is valid, who checked it when."""
    return _why_page(request, _rule(key), _frame(request))


def _why_page(
    request: HttpRequest,
    rule: PolicyKey,
    frame: dict[str, Any],
    form: CheckForm | None = None,
) -> HttpResponse:
    (standing,) = standings(frame["district"], frame["today"], [rule.key])
    checks = PolicyCheck.objects.filter(key=rule.key, value=standing.answer.value_id)
    if standing.answer.is_default:
        here = place_ids(frame["district"])
        checks = checks.filter(district=None) | checks.filter(district__in=here)
    context = {
        **frame,
        "rule": rule,
        "standing": standing,
        "history": [
            {"row": row, "value": rule.say(row.value)}
            for row in history(rule.key, frame["district"])[:50]
        ],
        "default": rule.say(rule.default),
        "checks": list(checks.order_by("-checked_on", "-pk")[:20]),
        # A district checks what it has set and the defaults; not what stands for everywhere.
        "may_check": frame["may_set"] and _is_its_own(standing, frame["district"]),
        "check_form": form or CheckForm(),
    }
    status = 422 if form is not None else 200
    return render(request, "records/policy_why.html", context, status=status)


def _is_its_own(standing: Standing, district: Place | None) -> bool:
    if standing.answer.is_default:
        return True
    return standing.answer.district_id == (district.pk if district else None)


def _require_may(frame: dict[str, Any]) -> None:
    if not frame["may_set"]:
        raise PermissionDenied(_("The rules here are set by the district department."))


@require_http_methods(["GET", "HEAD", "POST"])
def policy_change(request: HttpRequest, key: str) -> HttpResponse:
    """A new value: first the gains and losses are shown, then it is confirmed."""
    rule, frame = _rule(key), _frame(request)
    _require_may(frame)
    (standing,) = standings(frame["district"], frame["today"], [key])
    if request.method != "POST":
        begins = _day(request.GET.get("from", "")) or frame["today"] + services.ONE_DAY
        form = ChangeForm(rule=rule, initial=first_values(rule, standing.answer, begins))
        return _change_page(request, rule, frame, standing, form)
    form = ChangeForm(request.POST, rule=rule)
    if form.is_valid():
        try:
            services.require_sound(key, frame["district"], form.draft(), frame["today"])
            if request.POST.get("act") == "confirm":
                services.change_policy(
                    actor=request.user,
                    key=key,
                    district=frame["district"],
                    draft=form.draft(),
                    digest=request.POST.get("digest", ""),
                )
                messages.success(request, _("The new value is entered."))
                return redirect(reverse("records:policy-why", args=[key]) + frame["asked"])
        except services.PreviewChanged as error:
            messages.warning(request, error.message)
        except DomainError as error:
            form.refuse(error)
    return _change_page(request, rule, frame, standing, form)


def _day(text: str) -> datetime.date | None:
    """The day a link asks for, as the first value of the form."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _change_page(
    request: HttpRequest,
    rule: PolicyKey,
    frame: dict[str, Any],
    standing: Standing,
    form: ChangeForm,
) -> HttpResponse:
    context = {**frame, "rule": rule, "standing": standing, "form": form}
    status = 422 if form.errors else 200
    if form.is_bound and not form.errors:
        draft = form.draft()
        seen = preview(rule.key, frame["district"], draft.value, draft.from_on)
        context |= {
            "preview": seen,
            "before": rule.say(seen.change.before),
            "after": rule.say(draft.value),
            "draft": draft,
        }
    return render(request, "records/policy_change.html", context, status=status)


@require_POST
def policy_check(request: HttpRequest, key: str) -> HttpResponse:
    """Note that the source was compared with its text today."""
    rule, frame = _rule(key), _frame(request)
    _require_may(frame)
    (standing,) = standings(frame["district"], frame["today"], [key])
    if not _is_its_own(standing, frame["district"]):
        raise PermissionDenied(_("This value is set for everywhere; its source is checked there."))
    form = CheckForm(request.POST)
    if form.is_valid():
        try:
            services.check_source(
                actor=request.user,
                key=key,
                district=frame["district"],
                value_id=standing.answer.value_id,
                **form.cleaned_data,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Noted: the source was checked today."))
            return redirect(reverse("records:policy-why", args=[key]) + frame["asked"])
    return _why_page(request, rule, frame, form)


@require_POST
def policy_withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Take back a value that has not begun."""
    frame = _frame(request)
    _require_may(frame)
    row = get_object_or_404(PolicyValue, key=key, pk=pk, district=frame["district"])
    try:
        services.withdraw_policy(actor=request.user, row=row)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Taken back. The value before it goes on."))
    return redirect(reverse("records:policy-why", args=[key]) + frame["asked"])
