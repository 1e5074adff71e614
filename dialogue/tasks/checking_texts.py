"""What is wrong with a task's sentences: fields that are not there, conditions that never hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from dialogue.nearest import existing
from dialogue.tasks.checking import Finding
from dialogue.tasks.definition import Task, Telling
from dialogue.tasks.fields import CONDITIONS, PROMPTABLE, SAYABLE, WORDINGS, fields_in, refusable
from dialogue.tasks.wording import Wording
from dialogue.texts import TextByLanguage
from dialogue.tools import TOOLS
from dialogue.tools.refusals import STATUSES
from dialogue.yamlfile import Loc


def text_findings(task: Task) -> Iterator[Finding]:
    """What is wrong with a task's texts."""
    if task.tool in TOOLS:
        yield from _telling(task)
    for name, slot in task.slots.items():
        known = PROMPTABLE.get(slot.type, frozenset())
        for index, prompt in enumerate(slot.prompt or ()):
            yield from field_findings(("slots", name, "prompt", index), prompt, known)
    for code, refused in task.refused.items():
        if refused.say is not None:
            yield from field_findings(("refused", code, "say"), refused.say, refusable(code))
        if refused.task is not None and refused.transfer is not None:
            yield ("refused", code), "a task or a transfer", "both"
        if refused.say is None and refused.task is None and refused.transfer is None:
            yield ("refused", code), "one of say, task, transfer", "none"


def wording_findings(wording: Wording) -> Iterator[Finding]:
    """What is wrong with how a flow words what is said around its tasks."""
    for name in Wording.model_fields:
        yield from field_findings((name,), getattr(wording, name), WORDINGS.get(name, frozenset()))


def field_findings(loc: Loc, text: TextByLanguage, known: Collection[str]) -> Iterator[Finding]:
    """Fields in braces that there are not."""
    for language, words in (("en", text.en), ("zh", text.zh)):
        own = (*loc, language)
        try:
            fields = list(fields_in(words or ""))
        except ValueError:
            yield own, "braces in pairs", repr(words)
            continue
        for field in fields:
            if field not in known:
                yield own, existing("a field", field, known), f"{{{field}}}"


def _telling(task: Task) -> Iterator[Finding]:
    if TOOLS[task.tool].kind == "write":
        if task.say:
            yield ("say",), f"nothing: {task.tool} has sentences of its own", "texts"
        return
    if not task.say and task.tool not in ("open_ticket", "transfer_to_human_agents"):
        yield ("tool",), f"a group 'say' that tells what {task.tool} has found", "none"
    for index, telling in enumerate(task.say):
        loc: Loc = ("say", index)
        yield from field_findings((*loc, "text"), telling.text, SAYABLE[task.tool])
        yield from _condition(task.tool, loc, telling)
        if not telling.when and index < len(task.say) - 1:
            yield loc, "a text without 'when' only at the end", "further texts that are never said"
    if task.say and all(telling.when for telling in task.say):
        yield ("say",), "a last text without 'when'", "none"


def _condition(tool: str, loc: Loc, telling: Telling) -> Iterator[Finding]:
    known = CONDITIONS.get(tool, {})
    for field, values in telling.when.items():
        own = (*loc, "when", field)
        if field not in known:
            yield own, existing(f"a field of {tool}", field, known), repr(field)
            continue
        allowed = STATUSES if field == "status" else known[field]
        what = "a status of orders" if field == "status" else f"a value of {field!r}"
        for value in values:
            if allowed is not None and value not in allowed:
                yield own, existing(what, value, allowed), repr(value)
