"""Routes of dashboards."""

from django.urls import path

from dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("", views.board, name="board"),
    path("<int:place_id>/", views.board_place, name="board-place"),
    path("<int:place_id>/<slug:metric>/", views.metric_list, name="metric-list"),
]
