"""Why a file is not taken."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.errors import Conflict, InvalidInput, Text

MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE
"""Of one file."""
MOST_FILES = 10
"""With one request, proposal or message."""


class RefusedFile(InvalidInput):
    """Base of the reasons; the problem is also named under the field ``file``."""

    code = "refused_file"

    def __init__(self, message: Text | None = None, **more: Any) -> None:
        super().__init__(message, **more)
        self.fields = {"file": [{"code": self.code, "message": str(self.message)}]}


class EmptyFile(RefusedFile):
    """There is nothing in it."""

    code = "empty"
    message = _("This file is empty.")


class TooLarge(RefusedFile):
    """More than ``MOST_BYTES``."""

    code = "too_large"
    message = _("This file is too large: at most 20 MB are possible.")


class WrongType(RefusedFile):
    """The name says something else than the contents."""

    code = "wrong_type"
    message = _("The contents of this file do not fit the ending of its name.")


class ExecutableFile(RefusedFile):
    """A program."""

    code = "executable"
    message = _("Programs cannot be attached. Put it into a ZIP archive if the other side expects it.")


class UnknownPictureFormat(RefusedFile):
    """A photo whose metadata we cannot remove."""

    code = "unsupported_picture"
    message = _("HEIC photos may say where they were taken, which we cannot remove. Send it as JPEG, PNG or WebP.")


class TooManyFiles(InvalidInput):
    """More than ``MOST_FILES`` at once."""

    code = "too_many_files"
    message = _("At most 10 files are possible.")

    def __init__(self) -> None:
        super().__init__()
        self.fields = {"attachments": [{"code": self.code, "message": str(self.message)}]}


class UnknownAttachment(InvalidInput):
    """Not an upload of this member that still waits to be attached."""

    code = "unknown_attachment"
    message = _("A file is no longer there. Please choose it again.")

    def __init__(self) -> None:
        super().__init__()
        self.fields = {"attachments": [{"code": self.code, "message": str(self.message)}]}


class AlreadyAttached(Conflict):
    """What was sent cannot be taken back this way."""

    code = "already_attached"
    message = _("This file is part of something that was sent.")
