"""Uploaded files, by name and size. Their contents are for those whom they were sent to."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from attachments.models import Attachment
from marketplace.admin_base import ReadOnlyAdmin


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    """Who handed in how much."""

    list_display = ("created_at", "name", "uploader", "kind", "content_type", "how_big", "attached_at")
    list_filter = ("kind", ("attached_at", admin.EmptyFieldListFilter))
    list_select_related = ("uploader",)
    search_fields = ("=id", "=uploader__email")
    search_help_text = _("Id, or email address of the uploader")
    ordering = ("-id",)  # ids begin with the time
    fields = (
        "name",
        "uploader",
        "kind",
        "content_type",
        "how_big",
        "width",
        "height",
        "created_at",
        "attached_at",
    )
    readonly_fields = ("how_big",)

    @admin.display(description=_("size"), ordering="size")
    def how_big(self, attachment: Attachment) -> str:
        """The size in readable units."""
        return filesizeformat(attachment.size)
