"""Pictures from strangers: opened so that a broken or gigantic one costs an error and nothing else."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image

from marketplace.errors import InvalidInput, MarketplaceError

MOST_PIXELS = 50_000_000
"""Of one picture; decoded they take 200 MB."""


class UnreadablePicture(InvalidInput):
    """Broken, or of a format that was not asked for."""

    code = "unreadable"
    message = _("This is not a picture that we can read.")


class TooManyPixels(InvalidInput):
    """Would take too much memory and time, however small the file is."""

    code = "too_many_pixels"
    message = _("The picture has too many pixels: at most 50 million are possible.")


@contextmanager
def opened_picture(file: IO[bytes], formats: Sequence[str]) -> Iterator[Image.Image]:
    """The picture with only its header read. Raises TooManyPixels, and UnreadablePicture also for what the block finds
    broken while it decodes.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=list(formats)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise TooManyPixels
            yield picture
    except MarketplaceError:
        raise
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    except Exception as error:  # Pillow raises many kinds for broken files
        raise UnreadablePicture from error
