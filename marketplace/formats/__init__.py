"""How dates and times are written, by language. Django reads ``<language>/formats.py`` (FORMAT_MODULE_PATH)."""
