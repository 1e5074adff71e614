"""Recordings: what was said and what happened, on one clock, kept even through a crash."""

from parley.recording.files import read_events
from parley.recording.flac import EncodingError, recover
from parley.recording.recorder import CallRecorder, Unrecorded

__all__ = ["CallRecorder", "EncodingError", "Unrecorded", "read_events", "recover"]
