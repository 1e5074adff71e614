"""Keeps the garbage collector away from what was loaded.

Models, dictionaries and flows are 400,000 objects that live as long as the process. To
look through them all took the collector 150 to 220 ms (measured), in which no call got
a sample. Set aside, they are not looked at again.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def collector_off() -> Iterator[None]:
    """No garbage is looked for inside the block: where all that is made stays, that saves a fifth."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextlib.contextmanager
def heap_set_aside() -> Iterator[None]:
    """From here to the end of the block, only what is made inside is ever collected."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
