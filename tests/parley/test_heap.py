"""What was loaded is out of the garbage collector's way, what calls leave behind is not."""

from __future__ import annotations

import gc
import weakref

import pytest

from parley.heap import collector_off, heap_set_aside


class Node:
    def __init__(self) -> None:
        self.itself = self


def test_what_was_loaded_is_not_looked_at_and_what_calls_leave_is_collected() -> None:
    loaded = Node()
    before = gc.get_freeze_count()
    with heap_set_aside():
        assert gc.get_freeze_count() > before
        assert not any(one is loaded for one in gc.get_objects())
        left = weakref.ref(Node())
        gc.collect()
        assert left() is None
    assert gc.get_freeze_count() == 0
    assert any(one is loaded for one in gc.get_objects())


def test_the_collector_rests_while_loading_and_works_again_whatever_happens() -> None:
    with pytest.raises(ValueError, match="a model is missing"), collector_off():
        assert not gc.isenabled()
        raise ValueError("a model is missing")
    assert gc.isenabled()
