"""Files as members upload them."""

import io
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

GPS_INFO, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def picture(written_as: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any) -> bytes:
    """A picture of one colour."""
    written = io.BytesIO()
    Image.new(mode, size, 120).save(written, written_as, **options)
    return written.getvalue()


def picture_that_claims(width: int, height: int) -> bytes:
    """A tiny PNG whose header speaks of many pixels."""
    small = picture("PNG")
    header = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + small[24:29]
    return small[:12] + header + zlib.crc32(header).to_bytes(4) + small[33:]


def photo_with_place() -> bytes:
    """A JPEG that says where it was taken, with which camera, a comment, and that it is to be turned."""
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "SecretCamera", 6
    exif[GPS_INFO] = {1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (16.0, 22.0, 0.0)}
    return picture("JPEG", exif=exif, comment=b"written at home") + b"<script>alert(1)</script>"


def upload(name: str, contents: bytes, content_type: str = "application/x-whatever") -> SimpleUploadedFile:
    """As a form hands it over. Django takes path parts off the name itself."""
    return SimpleUploadedFile(name, contents, content_type)
