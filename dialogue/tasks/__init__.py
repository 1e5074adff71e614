"""Tasks of a flow: what callers want done, asked for step by step and done by the shop's tools."""
