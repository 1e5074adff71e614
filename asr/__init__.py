"""Hearing: voice activity, end of speech and Whisper, behind one `Ear`."""
