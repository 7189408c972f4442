"""Routes of certificates: a part of the house of its own beside the hours."""

from django.urls import path

from records.certificates import views
from records.views import training_file

app_name = "certificates"

urlpatterns = [
    path("certificates/", views.certificate_register, name="register"),
    path("certificates/mine/", views.certificate_list, name="mine"),
    path("certificates/<uuid:public_id>/", views.certificate_detail, name="detail"),
    path("certificates/<uuid:public_id>/print/", views.certificate_print, name="print"),
    path("certificates/<uuid:public_id>/revoke/", views.certificate_revoke, name="revoke"),
    path(
        "certificates/<uuid:public_id>/reissue/",
        views.certificate_reissue,
        name="reissue",
    ),
    path("certificates/<uuid:public_id>/scan/", views.certificate_attach, name="scan"),
    path(
        "training-files/<uuid:public_id>/",
        training_file.person_training_file,
        name="training-file",
    ),
    # On paper and in QR codes: short, and never to be changed.
    path("check/", views.certificate_check, name="check"),
]
