"""The API's addresses of files."""

from django.urls import path

from attachments.api import AttachmentsView, AttachmentView

urlpatterns = [
    path("attachments/", AttachmentsView.as_view(), name="api-attachments"),
    path("attachments/<uuid:attachment_id>/", AttachmentView.as_view(), name="api-attachment"),
]
