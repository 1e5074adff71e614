"""Many calls, one verdict: a regression suite made of recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from parley.replay.call import NothingToReplayError, RecordedCall, ReplayError, load_call
from parley.replay.compare import Comparison, Rules, Verdict, compare, gravest
from parley.replay.outcome import Outcome
from parley.replay.run import Replayed

NOTHING_WORSE, SOMETHING_WORSE, COULD_NOT_RUN = 0, 1, 2
"""Exit codes."""


class Replays(Protocol):
    """What replays a call; `Replayer`, or a test's."""

    def replay(self, call: RecordedCall) -> Replayed:
        """Replay it. Raises ReplayError."""


@dataclass(frozen=True, slots=True)
class Result:
    """One call of a suite.

    Attributes:
        call: the recording, without its audio and events.
        replayed: its replay.
        comparison: with the baseline, or with the recording.
    """

    call: RecordedCall
    replayed: Replayed
    comparison: Comparison

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        asked = self.replayed.asked
        return {
            "call": self.call.call_id,
            "recording": str(self.call.folder),
            "replay": str(self.replayed.folder) if self.replayed.folder else None,
            "started": self.call.started.isoformat(),
            "notes": list(self.call.notes),
            "model": {"kept": asked.kept, "new": asked.new, "failed": asked.failed},
            **self.comparison.as_json(),
        }


@dataclass(slots=True)
class SuiteReport:
    """What came of all calls.

    Attributes:
        results: of the calls that were replayed, oldest first.
        failed: error by folder, or by call id for a call of the baseline that is not there.
        unlisted: recordings that the baseline does not have; they are not replayed.
        empty: why there is nothing to replay in a recording, by folder.
        harmless: folders in `failed` of which the baseline expects nothing.
    """

    results: list[Result] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    unlisted: list[str] = field(default_factory=list)
    empty: dict[str, str] = field(default_factory=dict)
    harmless: set[str] = field(default_factory=set)

    @property
    def verdict(self) -> Verdict:
        """The gravest of all calls."""
        return gravest(result.comparison.verdict for result in self.results)

    @property
    def exit_code(self) -> int:
        """0 nothing is worse, 1 something is, 2 a call that counts could not be replayed, or none was."""
        return SOMETHING_WORSE if self.verdict is Verdict.WORSE else self.completion

    @property
    def completion(self) -> int:
        """The exit code whatever came of it: 0, or 2 as above."""
        incomplete = not self.results or self.failed.keys() - self.harmless
        return COULD_NOT_RUN if incomplete else NOTHING_WORSE

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """By call id, for a baseline."""
        return {result.call.call_id: result.replayed.outcome for result in self.results}

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        counts = {verdict.value: 0 for verdict in Verdict if verdict is not Verdict.SKIPPED}
        for result in self.results:
            counts[result.comparison.verdict.value] += 1
        return {
            "verdict": self.verdict.value,
            "calls": counts,
            "could_not_run": self.failed,
            "not_in_baseline": self.unlisted,
            "nothing_to_replay": self.empty,
            "results": [result.as_json() for result in self.results],
        }


def run_suite(
    folders: Sequence[Path],
    replayer: Replays,
    rules: Rules,
    *,
    baseline: Mapping[str, Outcome] | None = None,
    load: Callable[[Path], RecordedCall] = load_call,
    progress: Callable[[int, str], None] = lambda done, name: None,
) -> SuiteReport:
    """Replay calls and compare each with the baseline, or with its recording where there is none.

    A call that cannot be replayed is named in the report, and the others go on.

    Args:
        folders: of the recordings.
        replayer: replays them.
        rules: of the comparison.
        baseline: outcomes by call id; calls that it does not have are left out.
        load: reads a recording.
        progress: told how many calls are done, and which one is next.
    """
    report = SuiteReport()
    seen: set[str] = set()
    for done, folder in enumerate(folders):
        progress(done, folder.name)
        try:
            call = load(folder)
            seen.add(call.call_id)
            if baseline is not None and call.call_id not in baseline:
                report.unlisted.append(call.call_id)
                continue
            replayed = replayer.replay(call)
        except NothingToReplayError as error:
            report.empty[str(folder)] = str(error)
            continue
        except ReplayError as error:
            report.failed[str(folder)] = str(error)
            if baseline is not None:
                report.harmless.add(str(folder))
            continue
        expected = call.outcome if baseline is None else baseline[call.call_id]
        comparison = compare(expected, replayed.outcome, rules)
        report.results.append(Result(_without_content(call), replace(replayed, events=()), comparison))
    progress(len(folders), "")
    done_ids = {result.call.call_id for result in report.results}
    for call_id in sorted((baseline or {}).keys() - done_ids):
        what = "it could not be replayed" if call_id in seen else "no such recording, or one that is damaged"
        report.failed[call_id] = f"call {call_id} of the baseline: {what}"
    return report


def _without_content(call: RecordedCall) -> RecordedCall:
    """Hours of audio are not to stay in memory until the last call is done."""
    return replace(call, caller=replace(call.caller, pcm=b""), events=())
