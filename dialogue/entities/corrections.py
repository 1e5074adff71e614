"""What a run of symbols comes to after its corrections: "W two three seven, no, eight" is W238."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dialogue.entities.symbols import Piece, Redo, Run, Swap, Symbols, text_of


def resolved(
    run: Run, fits: Callable[[str], bool], known: Callable[[str], bool] = lambda made: False
) -> Symbols:
    """The symbols of a run after its corrections.

    Args:
        run: what was said.
        known: whether a number is one that exists; tells which of two fives "not five" means.
        fits: whether a number is whole. Where a correction is followed by a whole number, that one counts;
            else it replaces as many symbols of the end as make the number whole; else as many as follow it
            in one breath.
    """
    made: Symbols = ()
    pieces = list(run.pieces)
    while pieces:
        piece = pieces.pop(0)
        if isinstance(piece, Swap):
            made = swapped(made, piece, known)
        elif isinstance(piece, Redo):
            follows = _until_redo(pieces)
            if not follows:
                continue
            spare = _replaced(made, follows, len(pieces[0]) if isinstance(pieces[0], tuple) else 1, fits)
            made = made[: len(made) - spare]
        else:
            made = (*made, *piece)
    text = text_of(made)
    loose = len(made) > 1 and run.loose and not fits(text) and fits(text[1:])
    return made[1:] if loose else made


def swapped(made: Symbols, swap: Swap, known: Callable[[str], bool]) -> Symbols:
    """The symbols with the old ones replaced where that makes a known number, else where they stand last."""
    text = text_of(made)
    new = tuple((char, swap.at) for char in swap.new)
    places = [k for k in range(len(text), -1, -1) if text.startswith(swap.old, k)]
    ways = [(*made[:place], *new, *made[place + len(swap.old) :]) for place in places]
    return next((way for way in ways if known(text_of(way))), ways[0] if ways else made)


def _until_redo(pieces: Iterable[Piece]) -> Symbols:
    follows: Symbols = ()
    for piece in pieces:
        if isinstance(piece, Redo):
            break
        if isinstance(piece, Swap):
            follows = swapped(follows, piece, lambda made: False)
        else:
            follows = (*follows, *piece)
    return follows


def _replaced(made: Symbols, follows: Symbols, breath: int, fits: Callable[[str], bool]) -> int:
    """How many symbols at the end of `made` a correction takes the place of."""
    if fits(text_of(follows)):
        return len(made)
    for count in range(1, len(made) + 1):
        if fits(text_of((*made[: len(made) - count], *follows))):
            return count
    return min(breath, len(made))
