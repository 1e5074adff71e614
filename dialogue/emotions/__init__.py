"""How a caller feels: from his words, together with his voice, over the course of a call."""
