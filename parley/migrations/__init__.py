"""The database's schema, as Alembic migrations that run when Parley starts."""
