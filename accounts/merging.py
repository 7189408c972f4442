"""What becomes of the accounts of two records that are one person."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import may_manage
from committees.merging.journal import Journal
from committees.merging.rules import Fold, Rule
from core import audit
from core.scope import scope_of


class OneAccount(Rule):
    """A person has one account. The other is closed and stays with the former record; its roles do
    not pass to the account that stays, so a merge never widens what somebody may do."""

    question = gettext_lazy("Both records have an account. Which one stays?")

    def rank(self, row: User, *, of_kept: bool) -> Any:
        return row.is_active, of_kept

    def choice(self, row: User) -> str:
        return row.username if row.is_active else _("%(name)s (closed)") % {"name": row.username}

    def stops(self, actor: Any, stays: User, folds: User) -> str:
        if actor is None or not folds.is_active:
            return ""
        if scope_of(actor).user_id == folds.pk:
            return _("Your own account would be closed. Choose it as the one that stays.")
        if not may_manage(actor, folds):
            return _("You do not manage the account “%(name)s”, so you cannot close it.") % {
                "name": folds.username
            }
        return ""

    def says(self, stays: User, folds: User) -> str:
        return _(
            "The account “%(stays)s” stays. The account “%(folds)s” is closed; its roles are not "
            "passed on."
        ) % {"stays": stays.username, "folds": folds.username}

    def fold(self, actor: Any, stays: User, folds: User, journal: Journal) -> Fold:
        """A closed account opens nothing: neither its tokens nor its invitations work meanwhile."""
        if folds.is_active:
            journal.change(folds, is_active=False)
            for session in UserSession.objects.filter(user=folds):
                session.end()
            audit.record(actor=actor, action="account.deactivate", obj=folds)
        return Fold.BEHIND
