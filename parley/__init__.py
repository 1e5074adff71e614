"""Parley: a voice-first telephony server that answers an online shop's phone."""

__version__ = "0.1.0"
