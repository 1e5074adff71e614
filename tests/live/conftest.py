"""What all live tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def phrases_are_rendered_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Servers of one run share what was rendered: each would take seconds for the same greeting."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARLEY__TTS__CACHE__FOLDER", str(tmp_path_factory.mktemp("phrases")))
        yield
