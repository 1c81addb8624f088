"""An engine that holds the whole index in the process's memory, as arrays, and looks at every page: exact.

For marketplaces of up to some hundred thousand pages (about 2 KB a page in each process), and as the measure of others.
"""
