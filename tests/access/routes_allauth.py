"""Sign-in and security, as allauth brings them."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator

from tests.access.spec import Route, Visit, public


def a_passkey(visit: Visit) -> dict[str, Any]:
    """Mine, or of somebody else."""
    owner = visit.side.users["managed"] if visit.foreign else visit.user
    key = Authenticator.objects.create(
        user=owner or visit.side.users["managed"],
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "phone", "credential": {}},
    )
    return {"pk": key.pk}


# Before a change of the second factor the password is asked for again: a redirect.
AGAIN = 302
ROUTES = {
    "account_login": public(get=302, post=302, anonymous_post=200),
    "account_logout": Route(get=200, post=302, anonymous_get=302, anonymous_post=302),
    "account_inactive": public(get=200, post=405),
    "account_reauthenticate": Route(get=200, post=200),
    "account_change_password": Route(get=200, post=200),
    "account_set_password": Route(get=302, post=302),  # there is a password: change it instead
    "account_reset_password": public(get=200, post=405),
    "account_signup": public(get=403, post=405, anonymous_get=403),
    "socialaccount_signup": public(get=403, post=405, anonymous_get=403),
    "mfa_index": Route(get=200, post=405),
    "mfa_authenticate": public(get=302, post=302, anonymous_get=302, anonymous_post=302),
    "mfa_reauthenticate": Route(get=302, post=302),
    "mfa_activate_totp": Route(get=AGAIN, post=AGAIN),
    "mfa_deactivate_totp": Route(get=404, post=404),
    "mfa_view_recovery_codes": Route(get=404, post=405),
    "mfa_generate_recovery_codes": Route(get=AGAIN, post=AGAIN),
    "mfa_download_recovery_codes": Route(get=404, post=404),
    "mfa_list_webauthn": Route(get=200, post=405),
    "mfa_add_webauthn": Route(get=AGAIN, post=AGAIN),
    "mfa_reauthenticate_webauthn": Route(get=302, post=302),
    "mfa_remove_webauthn": Route(
        get=AGAIN, post=AGAIN, args=a_passkey, foreign_get=AGAIN, foreign_post=AGAIN
    ),
    "mfa_edit_webauthn": Route(
        get=AGAIN, post=AGAIN, args=a_passkey, foreign_get=AGAIN, foreign_post=AGAIN
    ),
    "mfa_login_webauthn": public(get=302, post=302, anonymous_get=302, anonymous_post=302),
    "usersessions_list": Route(get=200, post=302),
    "socialaccount_connections": Route(get=200, post=200),
    "socialaccount_login_cancelled": public(get=200, post=405),
    "socialaccount_login_error": Route(get=401, post=405),
    "openid_connect_login": public(
        get=404,
        post=404,
        anonymous_get=404,
        anonymous_post=404,
        args=lambda visit: {"provider_id": "oidc"},
    ),
    "openid_connect_callback": public(
        get=404,
        post=404,
        anonymous_get=404,
        anonymous_post=404,
        args=lambda visit: {"provider_id": "oidc"},
    ),
}
