"""A sample shop in English and Mandarin, made up from a seed."""

from dialogue.shop.sample.generate import sample_shop

__all__ = ["sample_shop"]
