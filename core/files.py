"""Private files: checked by their content when they come in, opened through permission only.

Names and types that a browser claims are not believed. Files lie under MEDIA_ROOT (or the storage
that the settings name), which no web server serves; `file-open` hands them out as attachments.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import pictures
from core.errors import DomainError
from core.models import StoredFile
from core.models.files import place_of
from core.registries import FileKind, file_kinds
from core.scope import scope_of
from core.sheets.errors import SheetRefused
from core.sheets.gate import kind_of

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
SHEET = "sheet"  # any office sheet that core.sheets reads
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS, CSV = "application/vnd.ms-excel", "text/csv"
SIGNATURES = {PDF: b"%PDF-", JPEG: b"\xff\xd8\xff", PNG: b"\x89PNG\r\n\x1a\n"}
SHEET_TYPES = {"xlsx": XLSX, "xls": XLS, "html": XLS, "csv": CSV}
NAMES = {PDF: "PDF", JPEG: "JPEG", PNG: "PNG", SHEET: ".xlsx, .xls, .csv"}
MOST_OF_A_NAME = 120


class FileRefused(DomainError):
    code = "file_refused"


def receive(*, actor: Any, kind: str, upload: UploadedFile | ContentFile[bytes]) -> StoredFile:
    """Keep what somebody handed in, after looking at its size and its first bytes.

    Pictures are written again without the place and device that a phone hides in them. Raises
    DomainError (with a sentence for the field) for a file that is empty, damaged, larger than the
    kind allows, or of another type than the kind takes, whatever its name says.
    """
    rule: FileKind = file_kinds.get(kind)
    size = upload.size or 0
    if not size:
        raise FileRefused(_("The file is empty."), field="file")
    if size > rule.most_bytes:
        raise FileRefused(
            _("The file is larger than %(limit)s MB.") % {"limit": rule.most_bytes >> 20},
            field="file",
        )
    data = upload.read()
    content_type = type_of(data, rule)
    if content_type in (JPEG, PNG):
        data = pictures.cleaned(data)
    return _keep(actor, rule, clean_name(upload.name or ""), content_type, data)


def keep(
    *,
    actor: Any,
    kind: str,
    name: str,
    content_type: str,
    data: bytes | IO[bytes],
    owner_id: int | None = None,
) -> StoredFile:
    """Keep a file that the portal made itself, for `actor` (or the account `owner_id`)."""
    rule: FileKind = file_kinds.get(kind)
    content = data if isinstance(data, bytes) else data.read()
    return _keep(actor, rule, clean_name(name), content_type, content, owner_id)


def _keep(
    actor: Any,
    rule: FileKind,
    name: str,
    content_type: str,
    data: bytes,
    owner_id: int | None = None,
) -> StoredFile:
    scope, now = scope_of(actor), timezone.now()
    until = now + datetime.timedelta(days=rule.keep_days) if rule.keep_days else None
    file = StoredFile(
        kind=rule.key,
        name=name,
        content_type=content_type,
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        owner_id=owner_id or scope.user_id,
        owner_label=scope.label[:120],
        created_at=now,
        expires_at=until,
    )
    storage = file.content.storage
    file.content.name = storage.save(place_of(file, name), ContentFile(data))  # new row
    try:
        with transaction.atomic():
            file.save(force_insert=True)  # new row
    except BaseException:
        storage.delete(str(file.content.name))
        raise
    return file


def type_of(data: bytes, rule: FileKind) -> str:
    """The content type by the first bytes; raises FileRefused when `rule` does not take it."""
    for content_type, magic in SIGNATURES.items():
        if content_type in rule.accepts and data.startswith(magic):
            return content_type
    if SHEET in rule.accepts:
        try:
            return SHEET_TYPES[kind_of(data)]
        except SheetRefused as exc:
            raise FileRefused(exc.message, field="file") from exc
    allowed = _(", ").join(NAMES[accepted] for accepted in sorted(rule.accepts))
    raise FileRefused(
        _("This is not a file of an allowed type: %(types)s. Its content counts, not its name.")
        % {"types": allowed},
        field="file",
    )


def clean_name(name: str) -> str:
    """The last part of a name without control signs and marks of direction, at most 120 long."""
    last = re.split(r"[\\/]", name)[-1]
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 8:
        return f"{stem[: MOST_OF_A_NAME - 9] or 'file'}.{ending}"
    return plain[:MOST_OF_A_NAME] or "file"


def remove(file: StoredFile) -> None:
    """Row and bytes go; the bytes only when the row is gone for good."""
    storage, name = file.content.storage, str(file.content.name)
    file.delete()
    transaction.on_commit(lambda: storage.delete(name))


def tidy(most: int = 500) -> int:
    """Remove files whose time is over; returns how many. Called by beat."""
    over = StoredFile.objects.filter(expires_at__lte=timezone.now()).order_by("pk")[:most]
    files = list(over)
    for file in files:
        with transaction.atomic():
            remove(file)
    return len(files)
