"""Routes of places, people and training bases."""

from django.urls import path

from committees import views
from committees.views import merging

app_name = "committees"
PAIR = "people/duplicates/<uuid:one>/<uuid:two>/"

urlpatterns = [
    path("places/", views.place_list, name="place-list"),
    path("places/<int:pk>/", views.place_detail, name="place-detail"),
    path("places/<int:pk>/profile/", views.place_profile, name="place-profile"),
    path("places/<int:pk>/roster/", views.place_roster, name="place-roster"),
    path("places/<int:pk>/secretary/", views.secretary_change, name="secretary-change"),
    path("places/<int:pk>/secretary/done/", views.secretary_done, name="secretary-done"),
    path("places/<int:pk>/words/", views.place_words, name="place-words"),
    path("places/registers/", views.register_list, name="register-list"),
    path("places/registers/<int:year>/", views.register_report, name="register-report"),
    path("places/closed/<int:pk>/", views.closure_decide, name="closure-decide"),
    path("imports/", views.import_list, name="import-list"),
    path("imports/new/<slug:kind>/", views.import_begin, name="import-begin"),
    path("imports/new/<slug:kind>/template/", views.import_template, name="import-template"),
    path("imports/<uuid:key>/", views.import_show, name="import-show"),
    path("imports/<uuid:key>/columns/", views.import_columns, name="import-columns"),
    path("imports/<uuid:key>/decide/", views.import_decide, name="import-decide"),
    path("imports/<uuid:key>/apply/", views.import_apply, name="import-apply"),
    path("imports/<uuid:key>/go-on/", views.import_go_on, name="import-go-on"),
    path("imports/<uuid:key>/undo/", views.import_undo, name="import-undo"),
    path("imports/<uuid:key>/drop/", views.import_drop, name="import-drop"),
    path("imports/<uuid:key>/<slug:what>/file/", views.import_document, name="import-document"),
    path("people/", views.person_list, name="person-list"),
    path("people/export/", views.person_export, name="person-export"),
    path("people/duplicates/", merging.duplicate_list, name="duplicate-list"),
    path(PAIR, merging.person_compare, name="person-compare"),
    path(f"{PAIR}preview/", merging.merge_preview, name="merge-preview"),
    path(f"{PAIR}merge/", merging.merge_do, name="merge-do"),
    path(f"{PAIR}two-people/", merging.note_two, name="note-two"),
    path(f"{PAIR}two-people/withdraw/", merging.note_withdraw, name="note-withdraw"),
    path("people/merges/", merging.merge_list, name="merge-list"),
    path("people/merges/<uuid:public_id>/", merging.merge_detail, name="merge-detail"),
    path("people/merges/<uuid:public_id>/undo/", merging.merge_undo, name="merge-undo"),
    path("people/<uuid:public_id>/", views.person_detail, name="person-detail"),
    path("people/<uuid:public_id>/mobile/", views.person_mobile, name="person-mobile"),
    path("people/<uuid:public_id>/post/", views.person_post, name="person-post"),
    path("people/<uuid:public_id>/move/", views.person_move, name="person-move"),
    path("people/<uuid:public_id>/end/<int:pk>/", views.service_end, name="service-end"),
    path("bases/", views.base_list, name="base-list"),
    path("bases/<slug:code>/", views.base_detail, name="base-detail"),
]
