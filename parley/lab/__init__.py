"""An Asterisk of Parley's own for tests and demonstrations: found or fetched, started on free ports."""
