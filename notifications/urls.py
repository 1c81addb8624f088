"""Addresses of pages about notifications."""

from django.conf import settings
from django.urls import URLPattern, path

from notifications.views import development_mail, listing, push
from notifications.views.preferences import preferences
from notifications.views.unsubscribe import unsubscribe

app_name = "notifications"
urlpatterns: list[URLPattern] = [
    path("notifications/", listing.notification_list, name="list"),
    path("notifications/preferences/", preferences, name="preferences"),
    path("notifications/browsers/<uuid:subscription_id>/remove/", push.remove, name="remove_browser"),
    path("service-worker.js", push.service_worker, name="service_worker"),
    path("notifications/read-all/", listing.read_all, name="read_all"),
    path("notifications/<uuid:notification_id>/", listing.open_notification, name="open"),
    path("notifications/unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
]
if not settings.PRODUCTION:
    urlpatterns += [
        path("dev/mail/", development_mail.mail_list, name="development_mail"),
        path("dev/mail/<slug:name>/", development_mail.mail, name="development_message"),
        path("dev/mail/<slug:name>/html/", development_mail.mail_html, name="development_html"),
    ]
