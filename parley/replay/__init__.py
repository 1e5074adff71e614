"""Replay: a recorded call through today's code and configuration, and what is different."""
