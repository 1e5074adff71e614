"""Telephony: every way a call's audio, keys and hang-up reach Parley, behind one `Line`."""
