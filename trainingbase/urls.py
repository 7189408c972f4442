"""All routes. Every one has an entry in the access matrix of tests/access."""

from django.urls import include, path

from core import audit_views, file_views, job_views, styleguide, views
from trainingbase import api

urlpatterns = [
    path("", views.home, name="home"),
    path("audit/", audit_views.audit_list, name="audit-list"),
    path("jobs/", job_views.job_list, name="job-list"),
    path("jobs/<uuid:key>/", job_views.job_show, name="job-show"),
    path("jobs/<uuid:key>/cancel/", job_views.job_cancel, name="job-cancel"),
    path("jobs/<uuid:key>/again/", job_views.job_again, name="job-again"),
    path("files/<uuid:key>/", file_views.file_open, name="file-open"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("", include("accounts.urls")),
    path("", include("committees.urls")),
    path("notices/", include("notices.urls")),
    path("hours/", include("records.urls")),
    path("", include("records.certificates.urls")),
    path("tutoring/", include("tutors.urls")),
    path("classes/", include("courses.urls")),
    path("dashboard/", include("dashboards.urls")),
    path("api/v1/docs", api.docs, name="api-docs"),
    path("api/v1/", api.mounted()),
]

handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
