"""One style sheet out of many files: they are joined here, in the order of their layers, without a build step.

A new file in ``static/css/components/`` is part of it at once. The address carries a hash of the contents, so browsers
keep it for a year; in development the files are read again whenever one of them changed.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers

FOLDER = Path(__file__).resolve().parent.parent / "static" / "css"
YEAR = 60 * 60 * 24 * 365


def style_files() -> list[Path]:
    """The files in the order in which they are joined."""
    components = sorted((FOLDER / "components").glob("*.css"))
    return [FOLDER / "tokens.css", FOLDER / "reset.css", FOLDER / "base.css", *components, FOLDER / "utilities.css"]


def newest_change() -> float:
    """Time of the latest change of any of the files; always 0 in production, where they do not change."""
    return 0.0 if settings.PRODUCTION else max(path.stat().st_mtime for path in style_files())


@lru_cache(maxsize=2)
def _joined(changed: float) -> tuple[bytes, str]:
    """Contents and their hash, kept until a file changes."""
    contents = "\n".join(path.read_text(encoding="utf-8") for path in style_files()).encode()
    return contents, sha256(contents).hexdigest()[:12]


@lru_cache(maxsize=2)
def _compressed(changed: float) -> bytes:
    """The contents compressed with brotli."""
    compressed: bytes = brotli.compress(_joined(changed)[0])
    return compressed


@lru_cache(maxsize=2)
def _address(changed: float) -> str:
    return reverse("styles", args=[_joined(changed)[1]])


def style_address() -> str:
    """Address of the present style sheet."""
    return _address(newest_change())


def styles(request: HttpRequest, version: str) -> HttpResponse:
    """The style sheet. An old ``version`` gets the present contents, and keeps them only for a minute."""
    changed = newest_change()
    contents, present = _joined(changed)
    takes_brotli = "br" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(_compressed(changed) if takes_brotli else contents, content_type="text/css; charset=utf-8")
    if takes_brotli:
        response["Content-Encoding"] = "br"
    patch_vary_headers(response, ["Accept-Encoding"])
    fresh = version == present
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if fresh else "public, max-age=60"
    return response
