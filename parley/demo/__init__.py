"""A scripted call to a Parley of its own: what was said, understood, answered and heard, and when."""

from parley.demo.run import DemoOptions, run_demo
from parley.demo.servers import DemoError

__all__ = ["DemoError", "DemoOptions", "run_demo"]
