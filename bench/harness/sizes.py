"""What a page takes on disk, by table and index."""

from bench.harness.report import Section
from marketplace.database.sizes import Size
from marketplace.database.sizes import sizes as on_disk
from services.search.engines.columns.files import used_bytes


def sizes(section: Section, pages: int) -> None:
    """Adds a row for each table and index that matters, largest first, then the others' sum, and all of them."""
    for name, kind, size in (*on_disk(), Size("columns of the search", "files", used_bytes())):
        section.add(name, {"kind": kind, "bytes a page": size / max(pages, 1), "MB": size / 2**20})
