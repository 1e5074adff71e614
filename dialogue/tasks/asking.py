"""The questions of a task: for a slot, for one of some, for a yes; and how to answer them by keys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dialogue.entities import Kind
from dialogue.expected import Expected
from dialogue.mind import Act, Say
from dialogue.tasks.definition import Slot
from dialogue.tasks.dictating import dictated_kind, dictation_of
from dialogue.tasks.outcome import Outcome
from dialogue.tasks.reading import READERS
from dialogue.tasks.reading_addresses import lacking_part
from dialogue.tasks.reading_new_items import lacking_item
from dialogue.tasks.reading_orders import orders_told_apart
from dialogue.tasks.saying import choices, spoken
from dialogue.tasks.scene import Option, Scene, Unclear
from dialogue.tasks.state import YES_NO, About, Filled, Question
from dialogue.tasks.wording import PARTS, PROMPTS, Wording
from dialogue.tasks.work import Work
from dialogue.texts import TextByLanguage
from dialogue.tools.values import listed

TRIES = 3
"""How often a question is asked before a person takes over."""

MOST_WHO = 7
"""How often a caller is asked who he is in all, whatever else was understood, before a person takes over."""

_ORDINAL = re.compile(r"第|\b(?:first|second|third|last)\b")
"""Its number is no piece of one that is dictated."""

_FEW_WORDS = 2

WHO: tuple[Kind, ...] = ("email", "name", "postcode")
"""What a caller may say when he is asked who he is."""


def ask(work: Work, name: str, *, openly: bool = False) -> Outcome:
    """Ask for a slot; `openly` without saying that the answer before was not understood."""
    slot = work.slot(name)
    _keep_dictated(work, name)
    work.set(work.current.asking(Question("slot", name)))
    if (given_up := too_often(work)) is not None:
        return given_up
    if not openly:
        work.acts += lead(work)
    acts, options = question(slot, work.scene(name, asked=True), work.current.attempts)
    asked = Question("slot", name, tuple(one.value for one in options), tuple(one.said for one in options))
    work.set(replace(work.current, asked=asked))
    work.acts += acts
    reader = READERS[slot.type]
    hint(work, "slot", len(options), dictated=dictated_kind(work) is not None)
    return work.asked(reader.expects, reader.kinds)


def ask_which(work: Work, name: str, options: Sequence[Option]) -> Outcome:
    """Ask for one of some values."""
    slot = work.slot(name)
    if slot.type == "order" and work.account is not None:
        options = orders_told_apart(options, work.account, work.language)
    said = tuple(option.said for option in options)
    values = tuple(option.value for option in options)
    before = work.current.asked
    if before is not None and before.about == "which" and before.options == values:
        work.got = False  # it leaves the same choice as before
    work.set(work.current.asking(Question("which", name, values, said)))
    if (given_up := too_often(work)) is not None:
        return given_up
    work.acts += lead(work)
    if slot.type == "payment":
        work.acts += question(slot, work.scene(name, asked=True), 0)[0]
    else:
        work.say(work.book.wording.which, options=choices(said, work.language))
    hint(work, "which", len(options), dictated=False)
    return work.asked(None, READERS[slot.type].kinds)


def ask_if_heard(work: Work, name: str, filled: Filled) -> Outcome:
    """Ask whether a value was heard right."""
    work.set(replace(work.current.asking(Question("heard", name)), doubt=filled))
    if (given_up := too_often(work)) is not None:
        return given_up
    work.say(work.book.wording.heard, said=filled.said)
    hint(work, "heard", 0, dictated=False)
    return work.asked("yes-no")


def ask_identity(work: Work, lacking: str) -> Outcome:
    """Ask who calls: for `identity`, or for the `postcode` or `full_name` that is missing."""
    work.set(work.current.asking(Question("identity", lacking)))
    work.memory = replace(work.memory, asked_who=work.memory.asked_who + 1)
    if (given_up := too_often(work)) is not None:
        return given_up
    work.acts += lead(work)
    work.say(_identity_text(work.book.wording, lacking))
    hint(work, "identity", 0, dictated=lacking == "postcode")
    expects: Expected | None = "digits" if lacking == "postcode" else None
    return work.asked(expects, WHO)


def _identity_text(wording: Wording, lacking: str) -> TextByLanguage:
    texts = {"postcode": wording.postcode, "full_name": wording.full_name}
    return texts.get(lacking, wording.identity)


def question(slot: Slot, scene: Scene, attempt: int) -> tuple[tuple[Say, ...], tuple[Option, ...]]:
    """How a slot is asked for now, and the options that are read out with it."""
    language, text = scene.language, _prompt(slot, attempt)
    if slot.type == "address" and scene.parts:
        text = PARTS[lacking_part(scene.parts) or "address1"]
    options: tuple[Option, ...] = ()
    fields: dict[str, str] = {}
    if slot.type == "choice":
        options = tuple(Option(one.value, one.name.best(language)[0]) for one in slot.choices)
    elif slot.type == "items" and scene.account is not None and scene.chosen_order is not None:
        items = scene.chosen_order["items"]
        options = tuple(
            Option(item["item_id"], scene.account.item_said(item, language, among=items)) for item in items
        )
        fields["items"] = listed([option.said for option in options], language)
    elif slot.type == "new-items":
        fields["item"], options = lacking_item(scene)
    elif slot.type == "payment":
        alone = READERS["payment"].alone(slot, scene)
        options = alone.options if isinstance(alone, Unclear) else ()
    fields["options"] = choices([option.said for option in options], language)
    return spoken(text, language, fields), options


def _prompt(slot: Slot, attempt: int) -> TextByLanguage:
    """A slot's question; the last one of its prompts goes on being used."""
    prompts = slot.prompt or (PROMPTS[slot.type],)
    return prompts[min(attempt, len(prompts) - 1)]


def put_again(work: Work, *, resumed: bool = True) -> Outcome:
    """The open question once more, after something else was said in between."""
    asked = work.current.asked
    work.acts += open_question(work, resumed=resumed)
    if asked is None:
        return work.asked(None)
    if asked.about in YES_NO:
        return work.asked("yes-no")
    if asked.about == "identity":
        return work.asked("digits" if asked.slot == "postcode" else None, WHO)
    reader = READERS[work.slot(asked.slot).type]
    return work.asked(reader.expects if asked.about == "slot" else None, reader.kinds)


def open_question(work: Work, *, resumed: bool = True) -> tuple[Act, ...]:
    """How the open question is put once more."""
    task, asked, wording, language = work.current, work.current.asked, work.book.wording, work.language
    matter = work.task.matter.best(language)[0]
    back = spoken(wording.resumed, language, {"matter": matter}) if resumed else ()
    if asked is None:
        return back
    if asked.about == "task":
        offered = work.book.task(asked.slot).matter.best(language)[0]
        return spoken(wording.offer, language, {"matter": offered})
    if asked.about == "proposal":
        again = spoken(wording.shall, language)
    elif asked.about == "heard":
        again = spoken(wording.heard, language, {"said": task.doubt.said if task.doubt is not None else ""})
    elif asked.about == "identity":
        again = spoken(_identity_text(wording, asked.slot), language)
    elif asked.about == "which" and work.slot(asked.slot).type != "payment":
        again = spoken(wording.which, language, {"options": choices(asked.said, language)})
    else:
        scene = work.scene(asked.slot, asked=True)
        again = question(work.slot(asked.slot), scene, task.attempts)[0]
    return (*back, *again)


def ask_yes_no_again(work: Work) -> Outcome:
    """Neither a yes nor a no, nor anything else: the same question, and how it is answered."""
    task, asked = work.current, work.current.asked
    if asked is None:
        raise ValueError("no question is open")
    work.set(task.asking(asked))
    if (given_up := too_often(work)) is not None:
        return given_up
    work.acts += lead(work)
    work.acts += open_question(work, resumed=False)
    hint(work, asked.about, 0, dictated=False)
    return work.asked("yes-no")


def how_to_key(work: Work) -> None:
    """Say how the open question is answered by keys, after one that means nothing to it."""
    asked = work.current.asked
    if asked is None:
        return
    dictated = dictated_kind(work) is not None
    text = _key_hint(work.book.wording, asked.about, len(asked.options), dictated=dictated)
    work.say(text if text is not None else work.book.wording.again)


def lead(work: Work) -> tuple[Say, ...]:
    """What goes before a question: that the answer was understood, or that it was not."""
    if work.has_spoken:
        return ()
    wording = work.book.wording
    failed = work.current.attempts and not work.got
    return spoken(wording.again if failed else wording.taken, work.language)


def hint(work: Work, about: About, options: int, *, dictated: bool) -> None:
    """Say how the question is answered by keys, once it was not understood."""
    text = _key_hint(work.book.wording, about, options, dictated=dictated)
    if work.current.attempts and text is not None:
        work.say(text)


def _key_hint(wording: Wording, about: About, options: int, *, dictated: bool) -> TextByLanguage | None:
    if about in YES_NO:
        return wording.keys_yes_no
    if options > 1:
        return wording.keys_which
    return wording.keys if dictated else None


def too_often(work: Work) -> Outcome | None:
    """A person takes over from a question that was asked too often."""
    if work.got:
        work.set(replace(work.current, attempts=0))
    if work.current.attempts < TRIES and work.memory.asked_who <= MOST_WHO:
        return None
    work.say(work.book.wording.stuck)
    return work.given_up()


def _keep_dictated(work: Work, name: str) -> None:
    """Keep the beginning of a number that comes in pieces, and say what is still missing."""
    asked = work.current.asked
    if not READERS[work.slot(name).type].dictated or asked is None or asked.slot != name or not work.texts:
        return
    if _ORDINAL.search(work.texts[0].casefold()):
        return
    dictation = dictation_of(work).spoken(work.texts[0])
    more = len(dictation.said) - len(work.current.dictated)
    # "The one with the lamp" is no beginning of a number.
    is_piece = more > 1 or (more == 1 and len(work.texts[0].split()) <= _FEW_WORDS)
    if is_piece and dictation.missing:
        work.set(replace(work.current, dictated=dictation.said, keyed=dictation.keys, attempts=0))
        work.got = True
        work.tell(dictation.told)
