"""Days and periods: "last Friday", "the third of May", 上周五, 三天前, 五月三号.

The value is a day in ISO 8601 (`2026-05-03`), or a period of days with both ends (`2026-05-01/2026-05-31`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogue.entities.calendar import Period, Reader
from dialogue.entities.dates_en import ENGLISH
from dialogue.entities.dates_zh import CHINESE
from dialogue.entities.entity import Context, Entity
from dialogue.numerals import figures


def find_dates(text: str, language: str, context: Context) -> list[Entity]:
    """Every day and period in a text. Nothing is read without `context.now`.

    A day without its year is the one nearest to today; a weekday is the last one, unless the sentence looks
    ahead ("by Friday", "will it come on Monday").
    """
    if context.now is None:
        return []
    today = context.now.date()
    made = figures(text)
    plain = made.text.casefold()
    readers: Sequence[tuple[re.Pattern[str], Reader]] = (*ENGLISH, *CHINESE) if language == "zh" else ENGLISH
    found: list[Entity] = []
    taken: list[tuple[int, int]] = []
    for pattern, reader in readers:
        for match in pattern.finditer(plain):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            period = reader(match, today, plain)
            if period is None:
                continue
            taken.append(match.span())
            begin, end = made.span(*match.span())
            sure = 0.9 if period[0] == period[1] else 0.8
            found.append(Entity("date", _written(period), begin, end, sure))
    return found


def _written(period: Period) -> str:
    first, last = period
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
