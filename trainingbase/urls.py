"""All routes. Every one has an entry in the access matrix of tests/access."""

from django.urls import include, path

from core import audit_views, styleguide, views
from trainingbase import api

urlpatterns = [
    path("", views.home, name="home"),
    path("audit/", audit_views.audit_list, name="audit-list"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("", include("accounts.urls")),
    path("places/", include("committees.urls")),
    path("notices/", include("notices.urls")),
    path("hours/", include("records.urls")),
    path("tutoring/", include("tutors.urls")),
    path("classes/", include("courses.urls")),
    path("dashboard/", include("dashboards.urls")),
    path("api/v1/docs", api.docs, name="api-docs"),
    path("api/v1/", api.mounted()),
]

handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
