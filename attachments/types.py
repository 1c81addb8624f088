"""What a file is, by its contents. Its name only has to agree; what the browser claims is not asked."""

from dataclasses import dataclass
from typing import IO

import puremagic

from attachments.errors import ExecutableFile, UnknownPictureFormat, WrongType
from attachments.names import ending_of

PICTURES = {
    "image/jpeg": ("JPEG", (".jpg", ".jpeg", ".jpe", ".jfif")),
    "image/png": ("PNG", (".png",)),
    "image/webp": ("WEBP", (".webp",)),
    "image/gif": ("GIF", (".gif",)),
    "image/avif": ("AVIF", (".avif",)),
}
"""Pictures that are written anew: Pillow's word for the format, and how names may end."""
PICTURE_ENDINGS = frozenset(ending for _format, endings in PICTURES.values() for ending in endings)
HEIF = frozenset({".heic", ".heif", ".heics", ".heifs"})

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
SIGNED = {
    ".pdf": "application/pdf",
    ".rtf": "application/rtf",
    ".docx": f"{OFFICE}.wordprocessingml.document",
    ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
    ".pptx": f"{OFFICE}.presentationml.presentation",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".odt": f"{OPEN_DOCUMENT}.text",
    ".ods": f"{OPEN_DOCUMENT}.spreadsheet",
    ".odp": f"{OPEN_DOCUMENT}.presentation",
    ".zip": "application/zip",
    ".7z": "application/x-7z-compressed",
    ".gz": "application/gzip",
    ".rar": "application/vnd.rar",
    ".psd": "image/vnd.adobe.photoshop",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".bmp": "image/bmp",
}
"""Endings that promise a signature at the beginning of the file, with their content type."""
MEDIA = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".wav": "audio/wav",
    ".ogg": "audio/ogg",
    ".flac": "audio/flac",
}
"""Endings whose files begin in too many ways for a promise; named where the contents agree."""
TEXTS = frozenset(
    {".txt", ".csv", ".tsv", ".md", ".json", ".xml", ".html", ".htm", ".svg", ".css", ".js", ".yaml", ".log"}
)
STARTED_BY_A_CLICK = frozenset(
    {
        ".exe",
        ".scr",
        ".com",
        ".bat",
        ".cmd",
        ".msi",
        ".pif",
        ".vbs",
        ".vbe",
        ".wsf",
        ".hta",
        ".lnk",
        ".ps1",
        ".jar",
        ".apk",
    }
)
PROGRAMS = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
"""How programs of Windows, Linux and macOS begin, and Java classes."""

CONTROLS = bytes({*range(32), 127} - set(b"\t\n\f\r\x1b"))
PLAIN, UNKNOWN = "text/plain", "application/octet-stream"


@dataclass(frozen=True, slots=True)
class FileType:
    """The content type, and for pictures that are written anew Pillow's word for the format."""

    content_type: str
    picture: str = ""


def type_of(file: IO[bytes], name: str) -> FileType:
    """The type of a file that is not empty. Raises WrongType, ExecutableFile, UnknownPictureFormat.

    HTML, SVG and scripts are plain text here; nothing but pictures is ever shown in place.
    """
    ending, found = ending_of(name), _signatures(file)
    if found & HEIF or ending in HEIF:
        raise UnknownPictureFormat
    for content_type, (picture, endings) in PICTURES.items():
        if found & set(endings):
            return _picture(content_type, picture, ending)
    if ending in PICTURE_ENDINGS or (ending in SIGNED and ending not in found):
        raise WrongType
    if ending in STARTED_BY_A_CLICK:
        raise ExecutableFile
    if ending in SIGNED:
        return FileType(SIGNED[ending])
    return FileType(_loose_type(file, ending, found))


def _picture(content_type: str, picture: str, ending: str) -> FileType:
    """A picture may be named after another kind of picture, which is set right, and after nothing else."""
    if ending and ending not in PICTURE_ENDINGS and ending in {*SIGNED, *MEDIA, *TEXTS, *STARTED_BY_A_CLICK}:
        raise WrongType
    return FileType(content_type, picture)


def _loose_type(file: IO[bytes], ending: str, found: frozenset[str]) -> str:
    file.seek(0)
    contents = file.read()
    if is_text(contents):
        return PLAIN
    if contents.startswith(PROGRAMS):
        raise ExecutableFile
    if ending in TEXTS:
        raise WrongType
    return MEDIA.get(ending, UNKNOWN) if ending in found else UNKNOWN


def _signatures(file: IO[bytes]) -> frozenset[str]:
    """The endings of all kinds of files that begin and end like this one."""
    file.seek(0)
    try:
        return frozenset(match.extension.lower() for match in puremagic.magic_stream(file))
    except puremagic.PureError:
        return frozenset()


def is_text(contents: bytes) -> bool:
    """Whether these bytes are text: UTF-16 with its mark, or any encoding that keeps ASCII, without control bytes."""
    if contents.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return "\0" not in contents.decode("utf-16")
        except UnicodeDecodeError:
            return False
    return len(contents.translate(None, CONTROLS)) == len(contents)
