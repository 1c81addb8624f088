"""The file of a row that is gone goes too, whatever deleted the row: an action, a sweep, or the end of an account."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from attachments.models import Attachment


@receiver(post_delete, sender=Attachment, dispatch_uid="attachments_file")
def forget_file(instance: Attachment, **kwargs: Any) -> None:
    """After commit, so that a transaction that fails loses no file."""
    name, storage = instance.file.name, instance.file.storage
    if name:
        transaction.on_commit(partial(storage.delete, name), robust=True)
