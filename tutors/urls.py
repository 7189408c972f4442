"""Routes of tutors."""

from django.urls import path

from tutors import views

app_name = "tutors"

urlpatterns = [
    path("", views.batch_list, name="batch-list"),
    path("batches/<uuid:public_id>/", views.batch_detail, name="batch-detail"),
    path("batches/<uuid:public_id>/propose/", views.pairing_propose, name="pairing-propose"),
    path("pupils/", views.pupil_list, name="pupil-list"),
    path("tutor/", views.tutor_mine, name="tutor-mine"),
    path("pairings/<uuid:public_id>/", views.pairing_detail, name="pairing-detail"),
    path("pairings/<uuid:public_id>/accept/", views.pairing_accept, name="pairing-accept"),
    path("pairings/<uuid:public_id>/decline/", views.pairing_decline, name="pairing-decline"),
    path("pairings/<uuid:public_id>/activate/", views.pairing_activate, name="pairing-activate"),
    path("pairings/<uuid:public_id>/pause/", views.pairing_pause, name="pairing-pause"),
    path("pairings/<uuid:public_id>/resume/", views.pairing_resume, name="pairing-resume"),
    path("pairings/<uuid:public_id>/settle/", views.pairing_settle, name="pairing-settle"),
    path("pairings/<uuid:public_id>/end/", views.pairing_end, name="pairing-end"),
]
