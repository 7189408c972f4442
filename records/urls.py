"""Routes of records."""

from django.urls import path

from records import views
from records.views import claims, policies, year_end

app_name = "records"

urlpatterns = [
    path("", views.my_hours, name="my-hours"),
    path("year-end/", year_end.year_end_first, name="year-end-first"),
    path("year-end/<int:pk>/<int:year>/", year_end.year_end_page, name="year-end"),
    path("year-end/<int:pk>/<int:year>/rules/", year_end.year_end_rules, name="year-end-rules"),
    path("year-end/<int:pk>/<int:year>/lock/", year_end.year_end_lock, name="year-end-lock"),
    path("year-end/<int:pk>/<int:year>/gaps/", year_end.year_end_gaps, name="year-end-gaps"),
    path(
        "year-end/<int:pk>/<int:year>/changes/",
        year_end.year_end_changes,
        name="year-end-changes",
    ),
    path("rules/", policies.policy_list, name="policy-list"),
    path("rules/to-check/", policies.policy_checklist, name="policy-checklist"),
    path("rules/<str:key>/", policies.policy_why, name="policy-why"),
    path("rules/<str:key>/change/", policies.policy_change, name="policy-change"),
    path("rules/<str:key>/check/", policies.policy_check, name="policy-check"),
    path("rules/<str:key>/withdraw/<int:pk>/", policies.policy_withdraw, name="policy-withdraw"),
    path("claims/", claims.claim_list, name="claim-list"),
    path("claims/new/", claims.claim_new, name="claim-new"),
    path("claims/<uuid:key>/", claims.claim_show, name="claim-show"),
    path("claims/<uuid:key>/change/", claims.claim_change, name="claim-change"),
    path("claims/<uuid:key>/take-back/", claims.claim_take_back, name="claim-take-back"),
    path("claims/<uuid:key>/decide/", claims.claim_decide, name="claim-decide"),
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
