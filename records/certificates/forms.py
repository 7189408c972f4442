"""Forms of certificates."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class _Form(forms.Form):
    def refuse(self, error: DomainError) -> None:
        """Show what a service refused at the field it belongs to."""
        self.add_error(error.field if error.field in self.fields else None, error.message)


class RevokeForm(_Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Stays on record. Whoever holds the certificate may read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ScanForm(_Form):
    file = forms.FileField(
        label=_("Scan of the sealed sheet"),
        help_text=_("PDF, JPEG or PNG, 10 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class CheckForm(_Form):
    """Number and code as they stand on the paper; short names, because the QR code holds them."""

    n = forms.CharField(
        label=_("Certificate number"),
        max_length=60,
        help_text=_("For example CAOYANG-2026-0001."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    c = forms.CharField(
        label=_("Check code"),
        max_length=40,
        help_text=_("Twelve letters and digits below the number. Dashes may be left out."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
