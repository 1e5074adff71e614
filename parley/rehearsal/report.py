"""Outcomes of scripted conversations for machines: JSON, and JUnit's XML for build servers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from dialogue.mind import Keyed, Said
from dialogue.rehearsal import TurnResult, as_json
from parley.rehearsal.expecting import Mismatch, act_name
from parley.rehearsal.performing import Outcome, Played


def turn_json(result: TurnResult) -> dict[str, Any]:
    """A turn as one JSON object."""
    heard = result.heard
    return {
        "input": type(heard).__name__.lower(),
        "caller": heard.text
        if isinstance(heard, Said)
        else heard.digit
        if isinstance(heard, Keyed)
        else None,
        "kind": result.kind,
        "answer": result.answer or None,
        "match": round(result.match, 3),
        "reply": result.reply,
        "acts": [name for act in result.acts if (name := act_name(act))],
        "ms": round(result.ms, 3),
        "state": as_json(result.after),
    }


def outcomes_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """All outcomes as one JSON object; a turn's state is only there where something came otherwise."""
    passed = sum(one.passed for one in outcomes)
    return {
        "conversations": len(outcomes),
        "passed": passed,
        "failed": len(outcomes) - passed,
        "outcomes": [_outcome(one) for one in outcomes],
    }


def _outcome(one: Outcome) -> dict[str, Any]:
    return {
        "file": str(one.file),
        "line": one.line,
        "name": one.name,
        "passed": one.passed,
        "ms": round(one.ms, 3),
        "turns": [_played(turn) for turn in one.turns],
        "wrong": [_mismatch(wrong) for wrong in one.wrong],
    }


def _played(turn: Played) -> dict[str, Any]:
    told: dict[str, Any] = {"line": turn.line}
    if turn.result is not None:
        told |= turn_json(turn.result)
        if not turn.wrong:
            del told["state"]
    return told | {"wrong": [_mismatch(wrong) for wrong in turn.wrong]}


def _mismatch(wrong: Mismatch) -> dict[str, str]:
    return {"what": wrong.what, "expected": wrong.expected, "found": wrong.found}


def write_junit(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write the XML that build servers show. Raises OSError."""
    suites = Xml.Element("testsuites", name="parley test-flow")
    for file in dict.fromkeys(one.file for one in outcomes):
        own = [one for one in outcomes if one.file == file]
        suite = Xml.SubElement(
            suites,
            "testsuite",
            name=str(file),
            tests=str(len(own)),
            failures=str(sum(not one.passed for one in own)),
            time=f"{sum(one.ms for one in own) / 1000:.3f}",
        )
        for one in own:
            case = Xml.SubElement(
                suite, "testcase", classname=file.stem, name=one.name, time=f"{one.ms / 1000:.3f}"
            )
            wrong = [f"{file}:{turn.line}: {what}" for turn in one.turns for what in turn.wrong]
            wrong += [f"{file}:{one.line}: at the end: {what}" for what in one.wrong]
            if wrong:
                Xml.SubElement(case, "failure", message=wrong[0]).text = "\n".join(wrong)
    Xml.ElementTree(suites).write(path, encoding="utf-8", xml_declaration=True)
