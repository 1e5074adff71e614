from __future__ import annotations

import pytest

from dialogue.knowledge import Catalogue, Knowledge, sample_documents
from dialogue.shop.sample import sample_shop


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return Knowledge(Catalogue(tuple(sample_shop(1)["products"].values())), sample_documents())
