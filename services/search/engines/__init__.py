"""Engines of the search index: who finds pages, behind ``services.search.index`` and ``services.search.engine``."""
