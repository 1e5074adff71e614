"""A sample shop in English and Mandarin, made up from a seed."""
