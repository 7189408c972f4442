"""Routes of courses."""

from django.urls import path

from courses import views

app_name = "courses"

urlpatterns = [
    path("", views.offering_list, name="offering-list"),
    path("mine/", views.enrolment_list, name="enrolment-list"),
    path("check-in/", views.check_in, name="check-in"),
    path("check-in/<uuid:public_id>/", views.session_check_in, name="session-check-in"),
    path("enrolments/<uuid:public_id>/cancel/", views.enrolment_cancel, name="enrolment-cancel"),
    path("courses/", views.course_list, name="course-list"),
    path("courses/new/", views.course_create, name="course-create"),
    path("courses/<int:pk>/edit/", views.course_edit, name="course-edit"),
    path("new/", views.offering_create, name="offering-create"),
    path("sessions/<uuid:public_id>/edit/", views.session_edit, name="session-edit"),
    path("sessions/<uuid:public_id>/drop/", views.session_drop, name="session-drop"),
    path("sessions/<uuid:public_id>/live/", views.session_live, name="session-live"),
    path("sessions/<uuid:public_id>/roll-call/", views.session_roll_call, name="session-roll-call"),
    path("sessions/<uuid:public_id>/close/", views.session_close, name="session-close"),
    path("<uuid:public_id>/", views.offering_detail, name="offering-detail"),
    path("<uuid:public_id>/enrol/", views.offering_enrol, name="offering-enrol"),
    path("<uuid:public_id>/people/", views.offering_people, name="offering-people"),
    path("<uuid:public_id>/enrolments/", views.offering_enrolments, name="offering-enrolments"),
    path(
        "<uuid:public_id>/certificates/", views.offering_certificates, name="offering-certificates"
    ),
    path(
        "<uuid:public_id>/certificates/issue/",
        views.offering_certificates_issue,
        name="offering-certificates-issue",
    ),
    path(
        "<uuid:public_id>/certificates/print/",
        views.offering_certificates_print,
        name="offering-certificates-print",
    ),
    path("<uuid:public_id>/edit/", views.offering_edit, name="offering-edit"),
    path("<uuid:public_id>/sessions/new/", views.session_create, name="session-create"),
    path("<uuid:public_id>/open/", views.offering_open, name="offering-open"),
    path("<uuid:public_id>/close/", views.offering_close, name="offering-close"),
    path("<uuid:public_id>/cancel/", views.offering_cancel, name="offering-cancel"),
    path("<uuid:public_id>/complete/", views.offering_complete, name="offering-complete"),
]
