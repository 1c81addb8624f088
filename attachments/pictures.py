"""Attached pictures, written anew: only the pixels survive; no place, no camera, no comment, nothing behind them."""

import io
from typing import IO, Any

from PIL import Image, ImageCms, ImageOps, ImageSequence

from marketplace.pictures import MOST_PIXELS, TooManyPixels, opened_picture

SAVED_AS: dict[str, tuple[str, dict[str, Any]]] = {
    "JPEG": ("JPEG", {"quality": 88, "progressive": True}),
    "PNG": ("PNG", {"compress_level": 6}),
    "WEBP": ("WEBP", {"quality": 88, "method": 3}),
    "GIF": ("GIF", {}),
    "AVIF": ("WEBP", {"quality": 88, "method": 3}),
}
"""By Pillow's word for what was uploaded: what it is written as, and how."""
ANIMATED = frozenset({"GIF", "WEBP"})
KEPT_MODES = frozenset({"1", "L", "LA", "RGB", "RGBA", "I;16"})
MOST_FRAMES = 500
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def write_anew(file: IO[bytes], picture: str) -> tuple[bytes, str, tuple[int, int]]:
    """The bytes, Pillow's word for their format, width and height. Raises UnreadablePicture, TooManyPixels."""
    written_as, options = SAVED_AS[picture]
    with opened_picture(file, [picture]) as opened:
        count = getattr(opened, "n_frames", 1) if written_as in ANIMATED else 1
        if count > MOST_FRAMES or opened.width * opened.height * count > 4 * MOST_PIXELS:
            raise TooManyPixels
        frames, durations = [], []
        for frame in ImageSequence.Iterator(opened) if count > 1 else [opened]:
            durations.append(frame.info.get("duration", 100))
            frames.append(_bare(frame, written_as))
        if count > 1:
            options = options | {"save_all": True, "append_images": frames[1:], "duration": durations, "loop": 0}
        written = io.BytesIO()
        frames[0].save(written, written_as, **options)
    return written.getvalue(), written_as, frames[0].size


def _bare(opened: Image.Image, written_as: str) -> Image.Image:
    """The pixels upright and in sRGB, in a mode that the format can hold."""
    upright = _in_srgb(ImageOps.exif_transpose(opened))
    has_alpha = "transparency" in upright.info or upright.mode in ("LA", "PA", "RGBA")
    if written_as == "JPEG":
        bare = upright.convert("L" if upright.mode in ("1", "L") else "RGB")
    elif upright.mode in KEPT_MODES and "transparency" not in upright.info and written_as == "PNG":
        bare = upright.copy()
    else:
        bare = upright.convert("RGBA" if has_alpha else "RGB")
    bare.info.clear()
    return bare


def _in_srgb(picture: Image.Image) -> Image.Image:
    """The colours as every screen takes them, since the profile that explains others is left behind."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    mode = "RGB" if picture.mode == "CMYK" else picture.mode
    try:
        converted = ImageCms.profileToProfile(
            picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), SRGB, outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError):
        return picture
    return converted or picture
