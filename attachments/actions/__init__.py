"""What members do with files: hand them in, make them part of something, throw them away."""

from attachments.actions.attach import attach
from attachments.actions.discard import discard_attachment, forget_unattached
from attachments.actions.upload import UploadQuotaReached, upload_attachment

__all__ = ["UploadQuotaReached", "attach", "discard_attachment", "forget_unattached", "upload_attachment"]
