"""Private files of certificates: who may open them, and what may be handed in."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import files
from core.registries import FileKind, file_kinds
from core.scope import Scope
from records.certificates.paper import PRINT, SCAN
from records.models import Certificate, CertificateFile, certificates_in

MOST_BYTES = 10 << 20


def shown_with_certificate(scope: Scope) -> Q:
    """Whoever may read a certificate may open its paper."""
    seen = Certificate.objects.filter(certificates_in(scope))
    return Q(pk__in=CertificateFile.objects.filter(certificate__in=seen).values("file"))


def register() -> None:
    """Called once at start-up."""
    file_kinds.add(
        PRINT,
        FileKind(
            PRINT,
            _("Certificate"),
            frozenset({files.PDF}),
            MOST_BYTES,
            shown_to=shown_with_certificate,
        ),
    )
    file_kinds.add(
        SCAN,
        FileKind(
            SCAN,
            _("Scan of a sealed certificate"),
            frozenset({files.PDF, files.JPEG, files.PNG}),
            MOST_BYTES,
            shown_to=shown_with_certificate,
        ),
    )
