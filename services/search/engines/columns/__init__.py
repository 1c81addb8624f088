"""An engine that reads columns: the index's rows as arrays in files that every process of the machine shares, and what
changed since they were written beside them in memory. README of the parts: ``engine``."""
