"""Register editions: what each changed, and closed places whose successors wait for a person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from committees import permissions
from committees.forms_registers import ClosureForm
from committees.models import Closure, Place, RegisterChange, RegisterEdition, Successor
from committees.models.people import READERS
from committees.services.succession import decide_closure
from core.errors import DomainError
from core.paging import ROWS
from core.scope import Role, scope_of
from core.sheets.export import write_csv


@require_safe
def register_list(request: HttpRequest) -> HttpResponse:
    """Closed places in my scope, those that wait first, and the editions that were loaded."""
    _readers_only(request)
    waiting = request.GET.get("state") != "decided"
    closures = Closure.objects.visible_to(request.user)
    closures = closures.waiting() if waiting else closures.exclude(state=Closure.State.PROPOSED)
    ordered = (
        closures.order_by("-edition", "place__code", "pk")
        .select_related("place__parent__parent")
        .annotate(serving=Count("place__affiliations", filter=Q(place__affiliations__to_on=None)))
        .prefetch_related(
            Prefetch("successors", Successor.objects.select_related("place").order_by("pk"))
        )
    )
    editions = RegisterEdition.objects.filter(root__in=Place.objects.visible_to(request.user))
    context = {
        "page": Paginator(ordered, ROWS).get_page(request.GET.get("page")),
        "waiting": waiting,
        "editions": editions.select_related("root").order_by("-year", "root__code", "pk")[:ROWS],
    }
    return render(request, "committees/register_list.html", context)


@require_safe
def register_report(request: HttpRequest, year: int) -> HttpResponse:
    """What one edition changed in my scope, by kind; as a page or, with ?as=csv, as a list."""
    _readers_only(request)
    changes = _changes(request, year)
    counts = dict(changes.values_list("kind").annotate(n=Count("pk")).order_by())
    kind = request.GET.get("kind", "")
    if kind in counts:
        changes = changes.filter(kind=kind)
    rows = changes.select_related("place__parent").order_by("kind", "place__code", "pk")
    if request.GET.get("as") == "csv":
        return _as_csv(year, rows)
    Kind = RegisterChange.Kind
    context = {
        "year": year,
        "kind": kind if kind in counts else "",
        "kinds": [(key, label, counts[key]) for key, label in Kind.choices if key in counts],
        "total": sum(counts.values()),
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
    }
    return render(request, "committees/register_report.html", context)


def _changes(request: HttpRequest, year: int) -> Any:
    scope = scope_of(request.user)
    rows = RegisterChange.objects.filter(edition=year)
    if scope.everywhere(Role.SYSTEM_ADMIN, Role.AUDITOR):
        return rows
    return rows.filter(scope.under("place__path", *READERS))


def _as_csv(year: int, rows: Any) -> HttpResponse:
    """The register is public: the list needs no purpose."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="register_{year}_changes.csv"'
    columns = [_("Code"), _("Name"), _("belongs to"), _("Change"), _("before"), _("after")]
    write_csv(
        response,  # type: ignore[arg-type]  # a response writes text like a file
        columns,
        (
            (
                row.place.code,
                row.place.name_zh,
                row.place.parent.name_zh if row.place.parent else "",
                row.get_kind_display(),
                row.before,
                row.after,
            )
            for row in rows.iterator(chunk_size=2000)
        ),
    )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def closure_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm who took over from a closed place, or that nobody did."""
    _readers_only(request)
    closures = Closure.objects.visible_to(request.user).select_related("place__parent")
    closure = get_object_or_404(closures, pk=pk)
    may = permissions.can_decide_closure(request.user, closure)
    if request.method == "POST" and not may:
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else None
    form = ClosureForm(sent, closure=closure, viewer=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            decide_closure(
                actor=request.user,
                closure=closure,
                successors=form.chosen(),
                reason=form.cleaned_data["reason"],
            )
        except DomainError as exc:
            form.add_error(exc.field or None, exc.message)
        else:
            messages.success(request, _("The decision is kept."))
            return redirect("committees:register-list")
    context = {
        "closure": closure,
        "form": form,
        "may_decide": may and closure.state == Closure.State.PROPOSED,
        "proposals": form.proposals,
        "serving": closure.place.affiliations.open().count(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "committees/closure_decide.html", context, status=status)


def _readers_only(request: HttpRequest) -> None:
    if not permissions.can_read_registers(request.user):
        raise PermissionDenied
