"""Files in the API."""

from rest_framework import serializers

from attachments.models import Attachment
from marketplace.api import StrictModelSerializer, StrictSerializer


class UploadSerializer(StrictSerializer):
    """A file that is handed in, as ``multipart/form-data``."""

    file = serializers.FileField(allow_empty_file=True, help_text="At most 20 MB; its type follows from its contents.")


class AttachmentSerializer(StrictModelSerializer):
    """A file as its readers see it. ``kind``: ``image`` may be shown in place, ``file`` is only downloaded."""

    content_type = serializers.CharField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Attachment
        fields = ("id", "name", "kind", "content_type", "size", "url")
        read_only_fields = fields
