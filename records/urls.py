"""Routes of records."""

from django.urls import path

from records import policy_views, views

app_name = "records"

urlpatterns = [
    path("", views.my_hours, name="my-hours"),
    path("rules/", policy_views.policy_list, name="policy-list"),
    path("rules/to-check/", policy_views.policy_checklist, name="policy-checklist"),
    path("rules/<str:key>/", policy_views.policy_why, name="policy-why"),
    path("rules/<str:key>/change/", policy_views.policy_change, name="policy-change"),
    path("rules/<str:key>/check/", policy_views.policy_check, name="policy-check"),
    path(
        "rules/<str:key>/withdraw/<int:pk>/", policy_views.policy_withdraw, name="policy-withdraw"
    ),
]
