"""The dashboard of a client: her requests, what they brought, and what waits for her."""
