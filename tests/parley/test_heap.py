"""What was loaded is out of the garbage collector's way, what calls leave behind is not."""

from __future__ import annotations

import gc
import weakref

from parley.heap import heap_set_aside


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
