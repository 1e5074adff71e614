"""Dialogue: flows, known answers and the language model, behind one `Mind`."""
