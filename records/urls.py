"""Routes of records."""

from django.urls import path

from records import views

app_name = "records"

urlpatterns = [path("", views.my_hours, name="my-hours")]
