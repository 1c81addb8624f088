"""Addresses of the staff's pages, and of the members' own dashboard."""

from django.urls import path

from insights import views
from insights.performance import views as performance

app_name = "insights"

urlpatterns = [
    path("insights/", views.dashboard, name="dashboard"),
    path("insights/<slug:key>.csv", views.table, name="table"),
    path("dashboard/", performance.dashboard, name="own"),
    path("dashboard/<slug:key>.csv", performance.table, name="own_table"),
]
