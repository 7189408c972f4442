"""Who may do what with certificates (domain page 4): the base issues, the district revokes."""

from __future__ import annotations

from typing import Any

from committees.models import TrainingBase
from core.scope import Role, scope_of
from records.models import Certificate


def can_issue(viewer: Any, base: TrainingBase) -> bool:
    """Those who administer the base that held the class."""
    return base.pk in scope_of(viewer).base_ids(Role.BASE_ADMIN)


def can_revoke(viewer: Any, certificate: Certificate) -> bool:
    """The district department of the person's unit on that day, or of the place of the base."""
    scope = scope_of(viewer)
    paths = (certificate.unit.path, certificate.series.base.host.path)
    return any(scope.covers(path, Role.DISTRICT) for path in paths)


def can_attach(viewer: Any, certificate: Certificate) -> bool:
    """The base hands in the scan of the sealed paper."""
    return can_issue(viewer, certificate.series.base)
