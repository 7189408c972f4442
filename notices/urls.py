"""Routes of notices."""

from django.urls import path

from notices import views

app_name = "notices"

urlpatterns = [
    path("", views.notice_list, name="notice-list"),
    path("<int:pk>/", views.notice_detail, name="notice-detail"),
    path("<int:pk>/confirm/", views.notice_confirm, name="notice-confirm"),
    path("read/", views.notice_read_all, name="notice-read-all"),
    path("channels/", views.channel_choice, name="channel-choice"),
    path("outbox/", views.outbox_list, name="outbox-list"),
    path("outbox/<int:pk>/retry/", views.outbox_retry, name="outbox-retry"),
]
