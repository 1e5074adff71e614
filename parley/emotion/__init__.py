"""Data sets of labelled speech and texts, heads made from them, and how well they hear."""
