"""Finds out who calls, before anything of his account is spoken of."""

from __future__ import annotations

from dataclasses import replace

from dialogue.tasks.asking import WHO, ask_identity
from dialogue.tasks.dictating import postcode_spoken
from dialogue.tasks.identity import identify, pieces_of
from dialogue.tasks.outcome import Outcome
from dialogue.tasks.state import Question
from dialogue.tasks.work import Work
from dialogue.tools import Code


async def find_caller(work: Work) -> Outcome | None:
    """Open the caller's account; None when it is open, else what he is asked.

    Raises ShopUnavailableError.
    """
    asked = work.current.asked
    is_asked = asked is not None and asked.about == "identity"
    before, made = work.who(asked=is_asked)
    work.got = work.got or made != before
    work.memory = replace(work.memory, who=made.as_json())
    if made.lacking == "postcode" and is_asked and postcode_spoken(work):
        made = pieces_of(work.memory.who)
    if made.lacking:
        return ask_identity(work, made.lacking)
    refusal = await identify(work.caller, made)
    work.memory = replace(work.memory, who={}, asked_who=work.memory.asked_who if refusal is not None else 0)
    if refusal is not None:
        work.tell(refusal.sentence(work.language))
        if refusal.code is Code.TOO_MANY_ATTEMPTS:
            return work.given_up()
        work.set(replace(work.current.asking(Question("identity", "identity")), attempts=0))
        return work.asked(None, WHO)
    work.say(work.book.wording.found)
    work.set(replace(work.current, asked=None, attempts=0))
    work.got = True
    if is_asked:
        # What the task began with may name the order and more, which nobody could look up before.
        work.texts = (work.current.words,) if work.current.words else ()
    await work.identified()
    return None
