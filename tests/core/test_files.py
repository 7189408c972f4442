"""Private files: believed by their content, opened through permission only."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import files
from core.models import StoredFile
from core.models import files as models_of_files
from core.registries import FileKind, Registry
from core.scope import Role, nothing
from tests.factories.accounts import user_with

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%a page"


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> Registry[FileKind]:
    fresh: Registry[FileKind] = Registry("file kinds")
    accepts = frozenset({files.PDF, files.PNG})
    fresh.add("proof", FileKind("proof", "Proof", accepts, most_bytes=1 << 20))
    fresh.add("list", FileKind("list", "List", frozenset({files.SHEET}), 1 << 20, keep_days=7))
    fresh.add(
        "shared",
        FileKind(
            "shared",
            "Shared",
            accepts,
            1 << 20,
            shown_to=lambda scope: Q() if scope.has(Role.AUDITOR) else nothing(),
        ),
    )
    for module in (files, models_of_files):
        monkeypatch.setattr(module, "file_kinds", fresh)
    return fresh


def upload(data: bytes, name: str = "证明.pdf") -> ContentFile[bytes]:
    return ContentFile(data, name=name)


def test_a_file_is_kept_with_its_digest_and_never_under_its_own_name() -> None:
    owner = user_with("")

    file = files.receive(actor=owner, kind="proof", upload=upload(PDF, "../../证明\u202e.pdf"))

    assert (file.name, file.content_type, file.size) == ("证明.pdf", "application/pdf", len(PDF))
    assert str(file.content.name).endswith(str(file.public_id))
    assert file.owner_id == owner.pk


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.pdf"),
        (b"MZ\x90\x00 a program", "hours.pdf"),
        (b"<svg onload=alert(1)>", "picture.png"),
        (PDF + b" " * (1 << 20), "large.pdf"),
    ],
)
def test_what_is_empty_too_large_or_of_another_content_is_refused(data: bytes, name: str) -> None:
    with pytest.raises(files.FileRefused) as refused:
        files.receive(actor=None, kind="proof", upload=upload(data, name))

    assert refused.value.field == "file"
    assert not StoredFile.objects.exists()


def test_a_sheet_is_known_by_the_gate_of_sheets() -> None:
    file = files.receive(actor=None, kind="list", upload=upload("姓名,单位\n".encode(), "名单.xls"))
    assert file.content_type == files.CSV

    with pytest.raises(files.FileRefused):
        files.receive(actor=None, kind="list", upload=upload(PDF, "名单.xlsx"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\Users\\me\\学时.pdf", "学时.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("...", "file"),
        ("长" * 300 + ".pdf", "长" * 111 + ".pdf"),
    ],
)
def test_names_are_cleaned(name: str, kept: str) -> None:
    assert files.clean_name(name) == kept


def test_only_the_owner_and_whom_the_kind_names_open_a_file(client: Client) -> None:
    owner, auditor, other = user_with(""), user_with("auditor"), user_with("")
    own = files.receive(actor=owner, kind="proof", upload=upload(PDF))
    shared = files.receive(actor=owner, kind="shared", upload=upload(PDF))

    def status(user: Any, file: StoredFile) -> int:
        client.force_login(user)
        answer = client.get(reverse("file-open", args=[file.public_id]))
        list(answer)  # to the end, which closes the file
        return answer.status_code

    assert [status(user, own) for user in (owner, auditor, other)] == [200, 404, 404]
    assert [status(user, shared) for user in (owner, auditor, other)] == [200, 200, 404]


def test_a_file_is_handed_out_to_be_saved_never_to_be_shown(client: Client) -> None:
    owner = user_with("")
    file = files.receive(actor=owner, kind="proof", upload=upload(PDF))
    client.force_login(owner)

    answer = client.get(reverse("file-open", args=[file.public_id]))

    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_file_whose_time_is_over_is_seen_by_nobody_and_then_removed() -> None:
    owner = user_with("")
    files.receive(actor=owner, kind="list", upload=upload("姓名\n".encode()))
    with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
        assert not StoredFile.objects.visible_to(owner).exists()
        assert files.tidy() == 1

    assert not StoredFile.objects.exists()


def test_the_bytes_go_with_the_row(django_capture_on_commit_callbacks: Any) -> None:
    file = files.receive(actor=None, kind="proof", upload=upload(PDF))
    name = str(file.content.name)
    assert default_storage.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        files.remove(file)

    assert not default_storage.exists(name)
