"""Search over published pages: an index of its own behind ``services.search.index``."""
