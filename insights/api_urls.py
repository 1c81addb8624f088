"""The API's addresses of rates."""

from django.urls import path

from insights import api

urlpatterns = [
    path("stats/request-rate/", api.RequestRateView.as_view(), name="api-request-rate"),
    path("stats/overview/", api.OverviewView.as_view(), name="api-overview"),
]
