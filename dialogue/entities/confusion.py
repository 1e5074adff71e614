"""How far what was recognised is from a value, counted in what a telephone and a recogniser confuse.

Letters that rhyme in the telephone band (B, D, E, P, T, V …; M and N; F, S and X), digits that sound alike
in either language (five and nine; 一 and 七, 零 and 六) and tens taken for teens cost a part of what others
cost. The groups of letters are those whose names differ in a consonant only, which lies above the 3.4 kHz
that G.711 carries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

_ALIKE = 0.4
_RELATED = 0.6
_DOUBLED = 0.5
_GROUPS: tuple[tuple[str, float], ...] = (
    ("BDEPTVCGZ3", _ALIKE),
    ("MN", 0.3),
    ("A8HJK", _ALIKE),
    ("FSX6", _ALIKE),
    ("IY59", _RELATED),
    ("59", _ALIKE),
    ("QU2W", _RELATED),
    ("O0", 0.1),
    ("L1I", _RELATED),
)
_GROUPS_ZH: tuple[tuple[str, float], ...] = (
    ("17", _ALIKE),
    ("06", _ALIKE),
    ("69", _ALIKE),
    ("28", _RELATED),
    ("2R", 0.3),
    ("E1", _RELATED),
    ("D7", _RELATED),
    ("B8", _RELATED),
)
_SHORTLIST = 24


def _table(groups: Iterable[tuple[str, float]]) -> dict[tuple[str, str], float]:
    costs: dict[tuple[str, str], float] = {}
    for signs, cost in groups:
        for pair in combinations(signs, 2):
            for one in (pair, pair[::-1]):
                costs[one] = min(cost, costs.get(one, 1.0))
    return costs


_COSTS = {"en": _table(_GROUPS), "zh": _table((*_GROUPS, *_GROUPS_ZH))}


@lru_cache(maxsize=8192)
def distance(heard: str, value: str, language: str = "en") -> float:
    """Weighted edit distance of two runs of symbols (upper case): 0 the same, 1 for each unlikely error.

    A symbol heard once too often or too seldom in a row costs half; "fifteen" for "fifty" (15 for 50) as
    much as one likely error.
    """
    costs = _COSTS["zh" if language == "zh" else "en"]
    rows = [[float(k) for k in range(len(value) + 1)]]
    for i, sign in enumerate(heard, start=1):
        row = [float(i)]
        for j, other in enumerate(value, start=1):
            same = 0.0 if sign == other else costs.get((sign, other), 1.0)
            drop = _DOUBLED if i > 1 and heard[i - 2] == sign else 1.0
            add = _DOUBLED if j > 1 and value[j - 2] == other else 1.0
            best = min(rows[i - 1][j - 1] + same, rows[i - 1][j] + drop, row[j - 1] + add)
            if i > 1 and j > 1 and _teen(heard[i - 2 : i], value[j - 2 : j]):
                best = min(best, rows[i - 2][j - 2] + _ALIKE)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def _teen(heard: str, value: str) -> bool:
    """Whether one is a ten and the other the teen that rhymes with it: 50 and 15."""
    for ten, teen in ((heard, value), (value, heard)):
        if ten[1] == "0" and teen[0] == "1" and ten[0] == teen[1] and ten[0] not in "01":
            return True
    return False


@dataclass(frozen=True, slots=True)
class Ranked:
    """Valid values by how near they are to what was heard, the nearest first: (value, distance)."""

    values: tuple[tuple[str, float], ...]

    def clear(self, limit: float, margin: float) -> str | None:
        """The first one, if it is within the limit and ahead of the second by the margin."""
        if not self.values or self.values[0][1] > limit:
            return None
        if len(self.values) > 1 and self.values[1][1] - self.values[0][1] < margin:
            return None
        return self.values[0][0]

    def near(self, limit: float, most: int = 3) -> tuple[str, ...]:
        """Those within the limit, `most` at most."""
        return tuple(value for value, far in self.values[:most] if far <= limit)


def rank(
    heard: str,
    values: Sequence[str],
    *,
    key: Callable[[str], str],
    measure: Callable[[str, str], float],
) -> Ranked:
    """Rank valid values.

    Args:
        heard: what was recognised, in the form that `key` makes.
        values: the valid ones, as the shop writes them.
        key: the form in which they are compared.
        measure: the distance of two such forms.
    """
    keys = [key(value) for value in values]
    if len(keys) > _SHORTLIST:
        # The plain edit distance in C leaves few for the weighted one; its order is near enough for that.
        found = process.extract(heard, keys, scorer=Levenshtein.distance, limit=_SHORTLIST)
        places: Iterable[int] = [place for _, _, place in found]
    else:
        places = range(len(keys))
    weighed = sorted((measure(heard, keys[place]), values[place]) for place in places)
    return Ranked(tuple((value, far) for far, value in weighed))
