"""Django's PostgreSQL engine, with a pool that recovers at once from a restart of the server."""
