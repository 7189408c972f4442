"""One's own page."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.forms import ContactForm
from accounts.models import RoleGrant
from accounts.services import set_contact
from accounts.views.desk import me
from core.errors import DomainError


@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """What the portal keeps of me, where it came from, and what I may reach."""
    today = timezone.localdate()
    grants = RoleGrant.objects.in_words().filter(user=me(request)).valid_on(today)
    context = {
        "person": me(request).person,
        "grants": grants,
        "has_second_factor": is_mfa_enabled(request.user),
    }
    return render(request, "accounts/profile.html", context)


def contact(request: HttpRequest) -> HttpResponse:
    """Change the e-mail or the mobile one signs in with."""
    form = ContactForm(
        request.POST if request.method == "POST" else None, initial={"email": me(request).email}
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_contact(actor=me(request), user=me(request), **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:profile")
    status = 422 if form.errors else 200
    return render(request, "accounts/contact.html", {"form": form}, status=status)


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Asks far-reaching roles for a second factor before they go on."""
    context = {"has_second_factor": is_mfa_enabled(request.user)}
    return render(request, "accounts/second_factor.html", context)
