"""Settings of all property tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

LEFT_OUT = pytest.StashKey[int]()

# A busy machine is no fault of the code; what must be quick is measured in processor time.
settings.register_profile("parley", deadline=None)
settings.load_profile("parley")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs gigabytes that `make setup` does not fetch, unless it is asked for by name."""
    if "vllm" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("vllm")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
        config.stash[LEFT_OUT] = len(left_out)


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say so, and how they are run."""
    count = config.stash.get(LEFT_OUT, 0)
    told = "of a real vLLM server are left out: make test-vllm installs it (3.5 GB) and runs them"
    return [f"{count} tests {told}"] if count else []
