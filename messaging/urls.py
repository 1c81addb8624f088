"""Addresses of pages about conversations."""

from django.urls import path

from messaging.views import conversation, inbox, trouble

app_name = "messaging"

urlpatterns = [
    path("inbox/", inbox.show, name="inbox"),
    path("inbox/rows/", inbox.rows, name="rows"),
    path("inbox/with/<uuid:request_id>/<uuid:page_id>/", conversation.begin, name="with"),
    path("inbox/<uuid:conversation_id>/", conversation.show, name="conversation"),
    path("inbox/<uuid:conversation_id>/messages/", conversation.stretch, name="messages"),
    path("inbox/<uuid:conversation_id>/report/", trouble.report_page, name="report"),
    path("inbox/<uuid:conversation_id>/block/", trouble.block_page, name="block"),
]
