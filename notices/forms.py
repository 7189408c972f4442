"""Choices of a reader."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ChannelForm(forms.Form):
    """Which channels besides the inbox a person wants."""

    email = forms.BooleanField(label=_("Notices also by e-mail"), required=False)
