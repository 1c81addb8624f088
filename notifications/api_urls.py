"""Addresses of the API's calls about notifications."""

from django.urls import path

from notifications.api import NotificationsView, ReadView
from notifications.live.views import StreamView
from notifications.push.api import PushRenewalView, PushView

urlpatterns = [
    path("notifications/", NotificationsView.as_view(), name="api-notifications"),
    path("notifications/read/", ReadView.as_view(), name="api-notifications-read"),
    path("push/", PushView.as_view(), name="api-push"),
    path("push/renew/", PushRenewalView.as_view(), name="api-push-renew"),
    path("stream/", StreamView.as_view(), name="api-stream"),
]
