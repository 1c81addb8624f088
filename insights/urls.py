"""Addresses of the staff's pages."""

from django.urls import path

from insights import views

app_name = "insights"

urlpatterns = [
    path("insights/", views.dashboard, name="dashboard"),
    path("insights/<slug:key>.csv", views.table, name="table"),
]
