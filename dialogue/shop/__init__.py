"""A shop's own data: catalogue, users and orders, in SQLite or PostgreSQL (`docs/shop.md`)."""

from dialogue.shop.canonical import canonical_json, digest
from dialogue.shop.database import Shop, connect, create_schema
from dialogue.shop.errors import ShopConflictError, ShopError, ShopUnavailableError
from dialogue.shop.jsonfile import read_json
from dialogue.shop.shape import check
from dialogue.shop.transfer import bring_in, take_out

__all__ = [
    "Shop",
    "ShopConflictError",
    "ShopError",
    "ShopUnavailableError",
    "bring_in",
    "canonical_json",
    "check",
    "connect",
    "create_schema",
    "digest",
    "read_json",
    "take_out",
]
