"""Service pages in words and structured data, for readers and for machines."""
