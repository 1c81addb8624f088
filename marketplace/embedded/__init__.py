"""PostgreSQL and Valkey from Python wheels, so that a newcomer needs no server of their own."""
