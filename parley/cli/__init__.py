"""The command line: `parley --help`."""

from parley.cli.app import main

__all__ = ["main"]
