"""Chinese sentences cut into words, by jieba and its dictionary (github.com/fxsjy/jieba).

`tts.mandarin` loads it in the same way: neither room imports the other.
"""

from __future__ import annotations

import functools
import logging
import warnings
from typing import Any


def words_of(run: str, *, new: bool = False) -> list[str]:
    """The words of a run of Chinese signs; `new` ones are guessed where the dictionary has none."""
    return list(_segmenter().cut(run, HMM=new))


def frequency(signs: str) -> int:
    """How often a word stands in what the dictionary was made from (项目 13,257, 收获 1,157); 0 for none."""
    return int(_segmenter().dt.FREQ.get(signs) or 0)


@functools.cache
def _segmenter() -> Any:
    with warnings.catch_warnings():
        # jieba 0.42.1 asks for pkg_resources and has invalid escapes in its sources.
        warnings.simplefilter("ignore")
        # Here, because it takes a second to load and only Mandarin needs it.
        import jieba  # type: ignore[import-untyped]  # noqa: PLC0415

        jieba.setLogLevel(logging.WARNING)
        jieba.initialize()
    return jieba
