"""The page's JavaScript, run by node: the tests themselves are in tests/telephony/page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from telephony import browser

_PAGE = Path(browser.__file__).with_name("page")
_TESTS = Path(__file__).with_name("page")


@pytest.mark.parametrize("name", ["worklets", "page"])
def test_in_node(name: str, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("the page's JavaScript is tested by node 18 or newer: install nodejs")
    page = tmp_path / "page"
    shutil.copytree(_PAGE, page)
    (page / "package.json").write_text('{"type": "module"}')  # node's way to know modules from scripts
    done = subprocess.run(
        [node, "--test", str(_TESTS / f"{name}.test.mjs")],
        env={**os.environ, "PAGE": str(page)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = re.search(r"^# pass (\d+)", done.stdout, re.MULTILINE)
    assert passed is not None
    assert int(passed[1]) >= 1
