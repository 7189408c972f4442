"""Routes of records."""

from django.urls import path

from records import claim_views, policy_views, views, year_end_views

app_name = "records"

urlpatterns = [
    path("", views.my_hours, name="my-hours"),
    path("year-end/", year_end_views.year_end_first, name="year-end-first"),
    path("year-end/<int:pk>/<int:year>/", year_end_views.year_end_page, name="year-end"),
    path(
        "year-end/<int:pk>/<int:year>/rules/", year_end_views.year_end_rules, name="year-end-rules"
    ),
    path("year-end/<int:pk>/<int:year>/lock/", year_end_views.year_end_lock, name="year-end-lock"),
    path("year-end/<int:pk>/<int:year>/gaps/", year_end_views.year_end_gaps, name="year-end-gaps"),
    path(
        "year-end/<int:pk>/<int:year>/changes/",
        year_end_views.year_end_changes,
        name="year-end-changes",
    ),
    path("rules/", policy_views.policy_list, name="policy-list"),
    path("rules/to-check/", policy_views.policy_checklist, name="policy-checklist"),
    path("rules/<str:key>/", policy_views.policy_why, name="policy-why"),
    path("rules/<str:key>/change/", policy_views.policy_change, name="policy-change"),
    path("rules/<str:key>/check/", policy_views.policy_check, name="policy-check"),
    path(
        "rules/<str:key>/withdraw/<int:pk>/", policy_views.policy_withdraw, name="policy-withdraw"
    ),
    path("claims/", claim_views.claim_list, name="claim-list"),
    path("claims/new/", claim_views.claim_new, name="claim-new"),
    path("claims/<uuid:key>/", claim_views.claim_show, name="claim-show"),
    path("claims/<uuid:key>/change/", claim_views.claim_change, name="claim-change"),
    path("claims/<uuid:key>/take-back/", claim_views.claim_take_back, name="claim-take-back"),
    path("claims/<uuid:key>/decide/", claim_views.claim_decide, name="claim-decide"),
    path("of/<uuid:public_id>/", views.person_hours, name="person-hours"),
    path("of/<uuid:public_id>/exempt/", views.exempt, name="exempt"),
    path("desk/", views.desk, name="desk"),
    path("desk/<int:pk>/", views.desk_entry, name="desk-entry"),
    path("places/", views.overview_first, name="hour-overview-first"),
    path("places/<int:place_id>/", views.overview, name="hour-overview"),
    path("places/<int:place_id>/paper/", views.paper_classes, name="paper-classes"),
    path("places/<int:place_id>/complete/", views.complete_since_page, name="complete-since"),
    path("places/<int:place_id>/backstop/take/", views.backstop_take, name="backstop-take"),
    path("places/<int:place_id>/<slug:kind>/", views.hour_list, name="hour-list"),
    path("places/<int:place_id>/<slug:kind>/export/", views.hour_export, name="hour-export"),
]
