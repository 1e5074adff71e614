"""How long a caller waits for Parley, measured at his ear."""
