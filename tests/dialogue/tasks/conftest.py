from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogue.tasks.talk import Counted


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[Counted]:
    """The sample shop for one test."""
    made = Counted(tmp_path)
    yield made
    made.close()
