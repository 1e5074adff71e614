from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogue.shop import Shop
from dialogue.tools import CallerSession
from tests.dialogue.shop.world import caller, small_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = small_shop(tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def ann(shop: Shop, tmp_path: Path) -> CallerSession:
    return caller(shop, tmp_path)
