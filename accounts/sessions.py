"""Sessions in the database, read by a prepared query: every page begins with this one."""

from __future__ import annotations

import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from core.prepared import prepared


@prepared
def _standing(session_key: str, now: datetime.datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=session_key, expire_date__gt=now)[:1]


class SessionStore(db.SessionStore):
    """Django's own store; it only looks a session up in another way."""

    def _get_session_from_db(self) -> Session | None:
        found = _standing(self.session_key, timezone.now()).first()
        if found is None:
            self._session_key = None
        return found
