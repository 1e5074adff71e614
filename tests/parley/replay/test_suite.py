"""Many calls, one exit code; and the baseline that they are held against."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from parley.cli.app import app
from parley.replay.answers import Asked
from parley.replay.baseline import read_baseline, write_baseline
from parley.replay.call import RecordedCall, ReplayError, load_call
from parley.replay.compare import Rules, Verdict
from parley.replay.outcome import Outcome, outcome_of
from parley.replay.run import Replayed
from parley.replay.suite import SuiteReport, run_suite
from tests.parley.replay.calls import Event, answer, closing, keep, opening

GOOD = answer(1, 2.0, 3.0, "where is it", "on its way")
LATE = answer(1, 2.0, 3.0, "where is it", "on its way", decided=4.0)
EARLY = answer(1, 2.0, 3.0, "where is it", "on its way", decided=3.2)


def events(call_id: str, turn: list[Event]) -> list[Event]:
    return [*opening(call_id), *turn, *closing(12.0)]


@dataclass
class Scripted:
    """Replays whose turn is given by the call's id."""

    turns: dict[str, list[Event]] = field(default_factory=dict)
    replayed: list[str] = field(default_factory=list)

    def replay(self, call: RecordedCall) -> Replayed:
        self.replayed.append(call.call_id)
        turn = self.turns.get(call.call_id, GOOD)
        if not turn:
            raise ReplayError(f"{call.folder}: the replay broke")
        made = events(call.call_id, turn)
        return Replayed(outcome_of(made), tuple(made), None, Asked())


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    return [
        keep(tmp_path / "recordings", events(name, GOOD), name=f"093005-{name}") for name in ("a", "b", "c")
    ]


def suite(folders: list[Path], turns: dict[str, list[Event]], *baseline: str) -> tuple[SuiteReport, Scripted]:
    replayer = Scripted(turns)
    known = {name: outcome_of(events(name, GOOD)) for name in baseline} if baseline else None
    return run_suite(folders, replayer, Rules(), baseline=known), replayer


@pytest.mark.parametrize(
    ("turns", "code", "verdict"),
    [
        ({}, 0, Verdict.SAME),
        ({"b": EARLY}, 0, Verdict.BETTER),
        ({"b": LATE}, 1, Verdict.WORSE),
        ({"a": EARLY, "b": LATE, "c": []}, 1, Verdict.WORSE),
        ({"c": []}, 2, Verdict.SAME),
        ({"a": [], "b": [], "c": []}, 2, Verdict.SAME),
    ],
)
@pytest.mark.parametrize("baseline", [(), ("a", "b", "c")])
def test_the_exit_code_says_whether_anything_got_worse(
    folders: list[Path], turns: dict[str, list[Event]], code: int, verdict: Verdict, baseline: tuple[str, ...]
) -> None:
    report, replayer = suite(folders, turns, *baseline)
    assert (report.exit_code, report.verdict) == (code, verdict)
    assert replayer.replayed == ["a", "b", "c"], "one that breaks does not stop the others"
    assert all(
        "the replay broke" in text or "could not be replayed" in text for text in report.failed.values()
    )


def test_a_damaged_recording_is_named_and_the_others_go_on(folders: list[Path]) -> None:
    (folders[0] / "events.jsonl").write_text("{}\n")
    report, replayer = suite(folders, {})
    assert replayer.replayed == ["b", "c"]
    assert list(report.failed) == [str(folders[0])]
    assert "events.jsonl:1: expected an event" in report.failed[str(folders[0])]
    assert report.exit_code == 2
    report, _ = suite(folders, {}, "b", "c")
    assert report.exit_code == 0, "the baseline expects nothing of it"


def test_a_call_that_was_never_answered_is_no_failure(folders: list[Path]) -> None:
    lines = (folders[0] / "events.jsonl").read_text().splitlines()
    (folders[0] / "events.jsonl").write_text(f"{lines[0]}\n{lines[-1]}\n")
    report, _ = suite(folders, {})
    assert list(report.empty) == [str(folders[0])]
    assert report.exit_code == 0


def test_only_calls_of_the_baseline_count(folders: list[Path]) -> None:
    report, replayer = suite(folders, {"c": LATE}, "a", "b")
    assert replayer.replayed == ["a", "b"]
    assert (report.unlisted, report.exit_code) == (["c"], 0)
    report, _ = suite(folders, {}, "a", "gone")
    assert report.exit_code == 2
    assert report.failed == {"gone": "call gone of the baseline: no such recording, or one that is damaged"}


def test_the_report_is_one_object(folders: list[Path]) -> None:
    shown = json.loads(json.dumps(suite(folders, {"b": LATE, "c": []})[0].as_json()))
    assert shown["verdict"] == "worse"
    assert shown["calls"] == {"same": 1, "changed": 0, "better": 0, "worse": 1}
    [same, worse] = shown["results"]
    assert same["turns"][1]["differences"] == []
    assert worse["turns"][1]["differences"][0]["what"] == "decided"
    assert list(shown["could_not_run"]) == [str(folders[2])]


def outcomes(folders: list[Path], turns: dict[str, list[Event]]) -> dict[str, Outcome]:
    return suite(folders, turns)[0].outcomes


def test_a_baseline_is_the_same_file_for_the_same_outcomes(folders: list[Path], tmp_path: Path) -> None:
    one, other = tmp_path / "one.json", tmp_path / "new" / "other.json"
    write_baseline(one, outcomes(folders, {}), {})
    write_baseline(other, dict(reversed(outcomes(folders, {}).items())), {})
    assert one.read_bytes() == other.read_bytes()
    known = read_baseline(one)
    assert known["a"].turns[1].words == "where is it"
    assert run_suite(folders, Scripted(), Rules(), baseline=known).verdict is Verdict.SAME


def test_corrected_words_stay_when_a_baseline_is_written_anew(folders: list[Path], tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    write_baseline(file, outcomes(folders, {}), {})
    data = json.loads(file.read_text())
    data["calls"]["b"]["turns"][1]["words"] = "where is he"
    file.write_text(json.dumps(data))
    write_baseline(file, outcomes(folders, {"b": EARLY}), read_baseline(file))
    known = read_baseline(file)
    assert (known["b"].turns[1].words, known["b"].turns[1].decided) == ("where is he", 3.2)
    assert known["a"].turns[1].words == "where is it"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "expected a baseline: No such file"),
        ("[", "expected a baseline as JSON"),
        ("[]", 'expected a baseline with "version": 1 and "calls"'),
        ('{"version": 1, "calls": {"a": {"turns": [{"nonsense": 1}]}}}', "call a: expected turns and events"),
        ('{"version": 1, "calls": {"a": []}}', "call a: expected turns and events"),
    ],
)
def test_a_bad_baseline_is_named(tmp_path: Path, content: str | None, problem: str) -> None:
    file = tmp_path / "baseline.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ReplayError, match=rf"baseline\.json: {problem}"):
        read_baseline(file)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["beef"], "beef: expected the id of a recorded call, found none"),
        (["--all", "--folder", "/nowhere"], "/nowhere: expected a folder with recordings"),
        (["--all", "--baseline", "/nowhere.json"], "/nowhere.json: expected a baseline"),
        (["--all", "last"], "expected either a call or --all"),
        ([], "expected either a call or --all"),
    ],
)
def test_what_cannot_run_says_why_and_exits_with_2(tmp_path: Path, arguments: list[str], told: str) -> None:
    (tmp_path / "recordings").mkdir()
    result = CliRunner().invoke(app, ["replay", *arguments], env={"PARLEY__SERVER__DATA": str(tmp_path)})
    assert result.exit_code == 2
    assert told in " ".join(result.output.replace("│", " ").split())


def test_a_single_call_is_loaded_as_it_lies(folders: list[Path]) -> None:
    call: Any = load_call(folders[1])
    assert run_suite([call.folder], Scripted(), Rules()).results[0].call.call_id == "b"
