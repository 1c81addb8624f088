"""Addresses of the API's calls about notifications."""

from django.urls import path

from notifications.api import NotificationsView, ReadView
from notifications.live.views import StreamView

urlpatterns = [
    path("notifications/", NotificationsView.as_view(), name="api-notifications"),
    path("notifications/read/", ReadView.as_view(), name="api-notifications-read"),
    path("stream/", StreamView.as_view(), name="api-stream"),
]
