"""Files that outlive a kill."""

from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Writes beside the file, then puts that in its place: whatever happens, the file is the old one or the new one."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text)
    beside.replace(path)
