"""Sign-in, one's own pages, and the accounts one looks after.

Of allauth only what is offered: no open sign-up, no e-mail pages (addresses are given by whoever
invites), no reset by e-mail (who looks after an account makes a link).
"""

from allauth.account import views as sign_in
from allauth.socialaccount import views as outside
from django.urls import include, path

from accounts import views

allauth_patterns = [
    path("login/", sign_in.login, name="account_login"),
    path("logout/", sign_in.logout, name="account_logout"),
    path("inactive/", sign_in.account_inactive, name="account_inactive"),
    path("reauthenticate/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("password/change/", sign_in.password_change, name="account_change_password"),
    path("password/set/", sign_in.password_set, name="account_set_password"),
    path("password/reset/", views.entrance.lost_access, name="account_reset_password"),
    path("signup/", views.entrance.sign_up_closed, name="account_signup"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    # The sign-in service of an organisation, where the settings name one.
    path("outside/", outside.connections, name="socialaccount_connections"),
    path(
        "outside/cancelled/",
        outside.login_cancelled,
        name="socialaccount_login_cancelled",
    ),
    path("outside/error/", outside.login_error, name="socialaccount_login_error"),
    path("outside/signup/", views.entrance.sign_up_closed, name="socialaccount_signup"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]

own_patterns = [
    path("me/", views.own.profile, name="profile"),
    path("me/contact/", views.own.contact, name="contact"),
    path("me/second-factor/", views.own.second_factor, name="second-factor"),
    path("me/theme/", views.preferences.theme, name="preference-theme"),
    path("me/large-text/", views.preferences.large_text, name="preference-large-text"),
    path("me/tokens/", views.tokens.token_list, name="token-list"),
    path("me/tokens/<int:pk>/revoke/", views.tokens.token_revoke, name="token-revoke"),
    path("me/accounts/", views.manage.account_list, name="account-list"),
    path("me/accounts/<int:pk>/", views.manage.account_detail, name="account-detail"),
    path("me/accounts/<int:pk>/grant/", views.manage.grant_create, name="grant-create"),
    path("me/accounts/<int:pk>/renew/", views.manage.account_renew, name="account-renew"),
    path(
        "me/accounts/<int:pk>/deactivate/",
        views.manage.account_deactivate,
        name="account-deactivate",
    ),
    path(
        "me/accounts/<int:pk>/reactivate/",
        views.manage.account_reactivate,
        name="account-reactivate",
    ),
    path("me/grants/<int:pk>/end/", views.manage.grant_end, name="grant-end"),
    path("me/invitations/", views.invitations.invitation_list, name="invitation-list"),
    path("me/invitations/new/", views.invitations.invitation_create, name="invitation-create"),
    path(
        "me/invitations/<int:pk>/withdraw/",
        views.invitations.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path(
        "invitation/<str:token>/",
        views.invitations.invitation_accept,
        name="invitation-accept",
    ),
]

urlpatterns = [
    path("accounts/", include(allauth_patterns)),
    path("i18n/setlang/", views.preferences.set_language, name="set_language"),
    path("", include((own_patterns, "accounts"))),
]
