"""The API's addresses of rates, and of the caller's own numbers."""

from django.urls import path

from insights import api
from insights.performance import api as performance

urlpatterns = [
    path("stats/request-rate/", api.RequestRateView.as_view(), name="api-request-rate"),
    path("stats/overview/", api.OverviewView.as_view(), name="api-overview"),
    path("me/performance/", performance.PerformanceView.as_view(), name="api-performance"),
    path("me/requests-summary/", performance.RequestsSummaryView.as_view(), name="api-requests-summary"),
]
