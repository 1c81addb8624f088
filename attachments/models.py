"""Uploaded files and who handed them in."""

from typing import ClassVar

from django.conf import settings
from django.core.files.storage import storages
from django.core.files.storage.base import Storage
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.ids import new_id


def private_files() -> Storage:
    """Where attachments lie: nowhere that a web server hands out by itself."""
    return storages["private"]


class AttachmentKind(models.TextChoices):
    """What may be done with a file: pictures are shown, everything else is only downloaded."""

    IMAGE = "image", _("Picture")
    FILE = "file", _("File")


class Attachment(models.Model):
    """One file. ``attached_at`` is empty until it is part of a request, proposal or message; a sweep removes the rest.

    The name is the uploader's and only for showing; the file lies under a name of its own. ``size`` is in bytes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(storage=private_files, upload_to="attachments/%Y/%m/")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=5, choices=AttachmentKind.choices)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    attached_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=AttachmentKind.values), name="attachments_attachment_kind")
        ]
        indexes: ClassVar = [
            # The sweep for uploads that never became part of anything.
            models.Index(fields=["created_at"], condition=Q(attached_at__isnull=True), name="attachments_unattached")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether it may be shown in place."""
        return self.kind == AttachmentKind.IMAGE

    def get_absolute_url(self) -> str:
        """Where its readers find the contents."""
        return reverse("attachments:contents", args=[self.pk, self.name])
