"""Paper of certificates: printed from frozen content, kept as private files; scans handed in.

Printing imports Typst, so these functions run in workers; only `attach_scan` runs in a request.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, files
from core.models import StoredFile
from records.certificates.errors import NotYours
from records.certificates.permissions import can_attach
from records.models import Certificate, CertificateFile

PRINT, SCAN = "certificate_print", "certificate_scan"


def pdf_of(contents: Sequence[Mapping[str, Any]], *, title: str) -> bytes:
    """The sheets of these contents as one PDF: the same contents, the same bytes.

    Raises MissingGlyphs.
    """
    from core.documents.pdf import render_pdf
    from core.documents.qr import qr_svg

    latest = max(datetime.date.fromisoformat(one["issued_on"]) for one in contents)
    sheets = [{**one, "qr": qr_svg(one["check_url"])} for one in contents]
    return render_pdf("certificate", {"title": title, "certificates": sheets}, made_on=latest)


def title_of(certificate: Certificate) -> str:
    return f"结业证书 {certificate.number}"


def keep_print(certificate: Certificate) -> StoredFile:
    """The print of one certificate, made once and kept. Raises MissingGlyphs."""
    known = CertificateFile.objects.filter(certificate=certificate, kind=CertificateFile.Kind.PRINT)
    row = known.select_related("file").first()
    if row is not None:
        return row.file
    pdf = pdf_of([certificate.content], title=title_of(certificate))
    try:
        with transaction.atomic():
            file = files.keep(
                actor=None,
                kind=PRINT,
                name=f"{certificate.number}.pdf",
                content_type=files.PDF,
                data=pdf,
            )
            CertificateFile.objects.create(
                certificate=certificate, kind=CertificateFile.Kind.PRINT, file=file
            )
    except IntegrityError:  # another worker printed it meanwhile
        return known.get().file
    return file


def unprinted(certificates: Iterable[Certificate]) -> list[Certificate]:
    """Those that have no print yet."""
    rows = list(certificates)
    printed = CertificateFile.objects.filter(
        certificate__in=[row.pk for row in rows], kind=CertificateFile.Kind.PRINT
    )
    done = set(printed.values_list("certificate_id", flat=True))
    return [row for row in rows if row.pk not in done]


def attach_scan(*, actor: Any, certificate: Certificate, upload: UploadedFile) -> CertificateFile:
    """Keep the scan of a sealed sheet beside the print. Raises NotYours, FileRefused."""
    if not can_attach(actor, certificate):
        raise NotYours(_("The training base that issued the certificate hands in its scan."))
    with transaction.atomic():
        file = files.receive(actor=None, kind=SCAN, upload=upload)
        row = CertificateFile.objects.create(
            certificate=certificate, kind=CertificateFile.Kind.SCAN, file=file
        )
        audit.record(
            actor=actor,
            action="certificate.add",
            obj=certificate,
            unit_id=certificate.unit_id,
            after={"file": file.name, "digest": file.digest},
        )
    return row
