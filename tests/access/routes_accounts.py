"""One's own account, and the accounts one looks after."""

from __future__ import annotations

from typing import Any

from accounts.models import ApiToken, Invitation
from accounts.services import invite, renew_access
from tests.access.spec import REST, Route, Visit, public
from tests.factories.accounts import token_of

MANAGERS = "system_admin base_admin district organiser"
# A base administrator sees the people of the districts served, but looks after the base's own.
LOOKED_AFTER = {200: "system_admin district organiser", 403: "base_admin", 404: REST}
DONE = {302: "system_admin district organiser", 403: "base_admin", 404: REST}
EVERYWHERE = {200: "system_admin", 404: REST}
EVERYWHERE_DONE = {302: "system_admin", 404: REST}


def managed(visit: Visit) -> dict[str, Any]:
    return {"pk": visit.side.users["managed"].pk}


def managed_grant(visit: Visit) -> dict[str, Any]:
    return {"pk": visit.side.users["managed"].grants.get().pk}


def a_token(visit: Visit) -> dict[str, Any]:
    """Mine, or of somebody else."""
    owner = visit.side.users["managed"] if visit.foreign else visit.user
    token_of(owner or visit.side.users["managed"])
    return {"pk": ApiToken.objects.latest("pk").pk}


def my_invitation(visit: Visit) -> dict[str, Any]:
    """Made by whoever asks, or by the administrator of the other side."""
    maker = visit.world.foreign.users["organiser"] if visit.foreign else visit.user
    renew_access(actor=maker or visit.side.users["organiser"], user=visit.side.users["managed"])
    return {"pk": Invitation.objects.latest("pk").pk}


def a_link(visit: Visit) -> dict[str, Any]:
    organiser = visit.side.users["organiser"]
    _, token = invite(actor=organiser, role="member", for_name="Li", place=visit.side.committee)
    return {"token": token}


def a_forged_link(visit: Visit) -> dict[str, Any]:
    return {"token": "forged"}


ROUTES = {
    "set_language": public(get=405, post=302, anonymous_get=405, anonymous_post=302),
    "accounts:preference-theme": public(get=405, post=302, anonymous_get=405, anonymous_post=302),
    "accounts:preference-large-text": public(
        get=405, post=302, anonymous_get=405, anonymous_post=302
    ),
    "accounts:profile": Route(get=200),
    "accounts:contact": Route(get=200, post=302),
    "accounts:second-factor": Route(get=200),
    "accounts:token-list": Route(get=200, post=422),
    "accounts:token-revoke": Route(post=302, args=a_token),
    "accounts:account-list": Route(get={200: MANAGERS, 403: REST}),
    "accounts:account-detail": Route(get=LOOKED_AFTER, args=managed, foreign_get=EVERYWHERE),
    "accounts:grant-create": Route(
        get=LOOKED_AFTER,
        post={422: "system_admin district organiser", 403: "base_admin", 404: REST},
        args=managed,
        foreign_get=EVERYWHERE,
        foreign_post={422: "system_admin", 404: REST},
    ),
    "accounts:account-renew": Route(post=LOOKED_AFTER, args=managed, foreign_post=EVERYWHERE),
    "accounts:account-deactivate": Route(post=DONE, args=managed, foreign_post=EVERYWHERE_DONE),
    "accounts:account-reactivate": Route(post=DONE, args=managed, foreign_post=EVERYWHERE_DONE),
    "accounts:grant-end": Route(post=DONE, args=managed_grant, foreign_post=EVERYWHERE_DONE),
    "accounts:invitation-list": Route(get={200: MANAGERS, 403: REST}),
    "accounts:invitation-create": Route(
        get={200: MANAGERS, 403: REST}, post={422: MANAGERS, 403: REST}
    ),
    "accounts:invitation-withdraw": Route(
        post={302: MANAGERS, 403: REST},
        args=my_invitation,
        foreign_post={302: "system_admin", 404: "base_admin district organiser", 403: REST},
    ),
    "accounts:invitation-accept": public(
        get=200,
        post=422,
        args=a_link,
        anonymous_get=200,
        anonymous_post=422,
        foreign_get=200,  # whoever holds a link may use it, wherever it was made
        foreign_post=422,
    ),
    "api:me": Route(get=200, token=True),
}
