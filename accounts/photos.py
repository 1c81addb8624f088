"""Photos of members: checked by their contents, turned upright, cut square, freed of metadata, written anew."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from marketplace.pictures import TooManyPixels, UnreadablePicture, opened_picture

MOST_BYTES = 8 * 1024 * 1024
FORMATS = ["JPEG", "PNG", "WEBP"]
SIDE = 512


def clean_photo(upload: UploadedFile[Any]) -> ContentFile[bytes]:
    """A square WebP picture of ``SIDE`` pixels under a new name; raises ValidationError.

    Writing the pixels anew leaves behind whatever else the file held: place and time of the photo, scripts, archives.
    """
    if (upload.size or 0) > MOST_BYTES:
        raise ValidationError(_("The photo may have at most 8 MB."), code="too_large")
    try:
        picture = _square(upload)
    except UnreadablePicture as error:
        message = _("This is not a photo that we can read. Use JPEG, PNG or WebP.")
        raise ValidationError(message, code=error.code) from error
    except TooManyPixels as error:
        raise ValidationError(_("The photo has too many pixels."), code=error.code) from error
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=82, method=4)
    return ContentFile(written.getvalue(), name=f"{uuid4().hex}.webp")


def _square(upload: UploadedFile[Any]) -> Image.Image:
    with opened_picture(upload, FORMATS) as opened:
        opened.draft("RGB", (SIDE, SIDE))
        upright = ImageOps.exif_transpose(opened)
        flat = Image.new("RGB", upright.size, "white")
        with_alpha = upright.convert("RGBA")
        flat.paste(with_alpha, mask=with_alpha)
    return ImageOps.fit(flat, (SIDE, SIDE), Image.Resampling.LANCZOS)
