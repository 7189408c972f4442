"""Sessions in the database, read by a prepared query: every page begins with this one."""

from __future__ import annotations

import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from core.prepared import prepared

# A standing session is written anew at most this often: on SQLite writers queue.
TOUCHED_EVERY = datetime.timedelta(minutes=5)


@prepared
def _standing(session_key: str, now: datetime.datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=session_key, expire_date__gt=now)[:1]


class SessionStore(db.SessionStore):
    """Django's own store; it looks a session up in another way and knows when that runs out."""

    runs_out_at: datetime.datetime | None = None

    def _get_session_from_db(self) -> Session | None:
        found = _standing(self.session_key, timezone.now()).first()
        if found is None:
            self._session_key = None
        else:
            self.runs_out_at = found.expire_date
        return found

    def touch(self) -> None:
        """Somebody is at the desk: the time that it may be left alone begins anew."""
        full = datetime.timedelta(seconds=self.get_expiry_age())
        if self.runs_out_at and self.runs_out_at < timezone.now() + full - TOUCHED_EVERY:
            self.modified = True
