"""What callers name, as they say it: order numbers, addresses, dates, products and more.

`extract` reads a text, `best_of` several readings of one utterance, `Dictation` collects a number that is
half spoken and half keyed, `hotwords` tells the recogniser what to expect. See `docs/entities.md`.
"""

from dialogue.entities.catalogue import Catalogue, Product
from dialogue.entities.dictation import Dictation
from dialogue.entities.entity import KINDS, Context, Entity, Kind, PaymentMethod, Source, Valid
from dialogue.entities.front import best_of, extract
from dialogue.entities.hotwords import hotwords
from dialogue.entities.numbers import postcodes_doubled

__all__ = [
    "KINDS",
    "Catalogue",
    "Context",
    "Dictation",
    "Entity",
    "Kind",
    "PaymentMethod",
    "Product",
    "Source",
    "Valid",
    "best_of",
    "extract",
    "hotwords",
    "postcodes_doubled",
]
