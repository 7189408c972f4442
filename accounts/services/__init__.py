"""Writes of accounts: every one checks its rule, locks, and leaves an audit row."""

from accounts.services.accounts import (
    create_account,
    deactivate_account,
    reactivate_account,
    set_contact,
    set_password,
    set_preference,
)
from accounts.services.grants import grant_role, revoke_grant
from accounts.services.invitations import (
    accept_invitation,
    find_invitation,
    invite,
    renew_access,
    withdraw_invitation,
)
from accounts.services.tokens import issue_token, revoke_token, token_user

__all__ = [
    "accept_invitation",
    "create_account",
    "deactivate_account",
    "find_invitation",
    "grant_role",
    "invite",
    "issue_token",
    "reactivate_account",
    "renew_access",
    "revoke_grant",
    "revoke_token",
    "set_contact",
    "set_password",
    "set_preference",
    "token_user",
    "withdraw_invitation",
]
