"""Private files: kept outside what the web server serves, opened through permission only."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.registries import file_kinds
from core.scope import scope_of


def place_of(file: StoredFile, name: str) -> str:
    """Where the bytes lie: by kind and public key; the person's own name never makes a path."""
    key = str(file.public_id)
    return f"{file.kind}/{key[:2]}/{key}"


class FileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, viewer: Any) -> FileQuerySet:
        """Own files, and those that the app of their kind shows to the viewer."""
        scope = scope_of(viewer)
        condition = Q(pk__in=())
        if scope.user_id is not None:
            condition |= Q(owner_id=scope.user_id)
        for key, kind in file_kinds.items():
            if kind.shown_to is not None:
                condition |= Q(kind=key) & kind.shown_to(scope)
        return self.filter(condition).exclude(expires_at__lte=timezone.now())


class StoredFile(models.Model):
    """A file that somebody handed in or a job made. Its content never changes."""

    public_id = models.UUIDField(_("public key"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=80)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    digest = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    content = models.FileField(_("content"), upload_to=place_of, max_length=120)
    owner_id = models.BigIntegerField(_("account"), null=True)
    owner_label = models.CharField(_("handed in by"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    # After this instant nobody sees it, and the next tidying removes it.
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="stored_file_named"),
            models.CheckConstraint(condition=~Q(digest=""), name="stored_file_digested"),
        ]
        indexes = [
            models.Index(fields=["owner_id", "-created_at"], name="stored_file_by_owner"),
            models.Index(fields=["expires_at"], name="stored_file_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.name
