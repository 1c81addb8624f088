"""An engine that reads columns: the index's rows as arrays in files that every process shares, and what changed since
they were written beside them in memory. ``engine`` says which part does what."""
