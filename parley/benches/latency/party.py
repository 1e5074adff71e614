"""What the latency benchmark calls: a server in a process of its own, behind one small interface.

Whoever wants to be measured writes a `Host`: a function that starts a server which behaves as a
`Shop` says, yields a `Party` once it answers calls, and stops it when the block is left:

    @contextlib.asynccontextmanager
    async def my_host(shop: Shop, place: Place) -> AsyncGenerator[Party]:
        process = await start(shop, place.folder, ...)
        try:
            yield Party("mine", f"sip:shop@127.0.0.1:{port}", process.pid)
        finally:
            await stop(process)

    result = await bench_latency(options, host=my_host, tell=print)

The caller, the audio he speaks, the clock and the figures are then the same for every party; only
what a party alone can know (`Party.ledger`, `Party.rendering`) is left out of the result where it is
`None`. `parley.benches.latency.own.parley_host` is Parley's.

How a party has to behave, so that its figures can be compared:

- It answers at once and says `Shop.greeting`.
- A caller who says one of `Answer.examples` (a recorded human voice; recognition may get a word
  wrong) is told `Answer.text`, word for word. Without a language model where it can.
- To anything else it answers in its own words, from a language model told `Shop.persona`.
- It never speaks unasked within `Shop.patience` seconds of silence, and never hangs up.
- Who speaks while it speaks interrupts it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with a known answer.

    Attributes:
        name: its name, lower-case letters, digits and hyphens.
        examples: what the caller says, as written in the data's manifest.
        text: the reply, word for word. No two answers share their first words.
    """

    name: str
    examples: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Shop:
    """What the party is to say.

    Attributes:
        language: `en` or `zh`.
        greeting: said when it has answered.
        persona: tells a language model who it is and how long its answers may be.
        answers: the known answers. The one named `LONG` has a text of some 10 s in one sentence.
        patience: seconds of silence in which it says nothing of its own.
    """

    language: str
    greeting: str
    persona: str
    answers: tuple[Answer, ...]
    patience: float = 60.0


LONG = "long"
"""Name of the answer that callers interrupt."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how a party is started.

    Attributes:
        folder: an empty folder of its own, for whatever it writes; gone after the run.
        via: the way calls take: `sip`, `asterisk-websocket`, `asterisk-audiosocket` or a name of the host's.
        calls: as many come at once, at most.
    """

    folder: Path
    via: str = "sip"
    calls: int = 1


@dataclass(frozen=True, slots=True)
class TurnEntry:
    """One exchange as the party itself recorded it. Times are seconds on its clock of that call.

    Attributes:
        kind: where the answer came from: `known`, `model`, `tool`, `greeting`, …
        asked: what it understood; `None` where nobody spoke.
        reply: all that was to be said.
        heard: what of it, as the party believes, the caller heard.
        speech_end: when the caller's speech ended, as the party believes.
        sent: when the first sample left for the caller.
        stages: milliseconds by stage, in order; whatever the party knows.
    """

    kind: str
    asked: str | None
    reply: str
    heard: str
    speech_end: float | None
    sent: float | None
    stages: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One call as the party itself recorded it.

    Attributes:
        started: Unix time at which its clock stood at 0.
        turns: in order, the greeting first.
        events: what happened, each with `event` (its name) and `at` (seconds on the call's clock).
    """

    started: float
    turns: tuple[TurnEntry, ...]
    events: tuple[Mapping[str, Any], ...] = ()


Ledger: TypeAlias = Callable[[], Awaitable[Sequence[CallEntry]]]
"""All calls so far, the oldest first. Called while the party runs, some moments after the last call."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """A reply as the party renders it, sample by sample.

    Attributes:
        pcm: s16le mono samples, the reply from its first to its last phrase.
        rate: samples per second.
        words: each word with the seconds at which it begins and ends.
    """

    pcm: bytes
    rate: int
    words: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True)
class Party:
    """A running server.

    Attributes:
        name: for tables.
        uri: SIP address to call.
        pid: its process; children count as well. CPU and memory are those of all of them.
        ledger: what it knows of its calls, `None` if it keeps no such record.
        rendering: how it renders a text that it always renders alike, `None` where that varies.
        about: its settings and versions, shown beside the figures.
    """

    name: str
    uri: str
    pid: int
    ledger: Ledger | None = None
    rendering: Callable[[str], Awaitable[Rendering]] | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


class Host(Protocol):
    """Starts a party and stops it again; see the module."""

    def __call__(self, shop: Shop, place: Place) -> AbstractAsyncContextManager[Party]:
        """Run a server that behaves as `shop` says until the block is left."""
