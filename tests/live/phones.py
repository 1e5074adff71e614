"""SIP phones for the live tests: they dial, answer, speak, press keys and keep what they heard."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable

import baresip
import numpy as np
from baresip import AudioNotActive, AudioRestarted, CallState

from telephony.sip_stack import ListenAddress, claim_port, dial, start_stack, stop_stack

RATE = 8000
FRAME_BYTES = 320


class Phone:
    """One call at a phone. Times are those of `time.monotonic`.

    What was heard is laid end to end, so that a busy machine's stalls don't look like damage. Over
    the WebSocket Asterisk sends no packets while nothing is played.
    """

    def __init__(self, call: baresip.Call) -> None:
        self.call = call
        self.keys: list[str] = []
        self.answered_at = 0.0
        self.arrivals: list[float] = []
        self._heard: list[bytes] = []
        self._said = bytearray()
        self._pump = asyncio.create_task(self._run(), name="phone")
        call.on_dtmf(lambda digit: self.keys.append(digit.digit))

    @property
    def up(self) -> bool:
        return self.call.state is not CallState.CLOSED

    def say(self, pcm: bytes) -> None:
        self._said += pcm

    async def press(self, digits: str) -> None:
        await self.call.send_dtmf(digits)

    async def hang_up(self) -> None:
        await self.call.hangup()

    async def until(self, wanted: Callable[[], bool], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while not wanted():  # noqa: ASYNC110 - the stack has no event for what is waited for
                await asyncio.sleep(0.005)

    async def closed(self, seconds: float = 10.0) -> None:
        await self.until(lambda: not self.up, seconds)
        await self._pump

    def samples(self) -> np.ndarray:
        return np.frombuffer(b"".join(self._heard), "<i2").astype(np.float64)

    def time_of(self, sample: float) -> float:
        """When a sample of `samples` came.

        Packets may be held up but are never early, so that the later ones tell when one was due.
        """
        ends = np.cumsum([len(chunk) // 2 for chunk in self._heard])
        chunk = min(int(np.searchsorted(ends, sample, side="right")), len(ends) - 1)
        due = np.min(np.array(self.arrivals)[chunk:] - (ends[chunk:] - ends[chunk]) / RATE)
        return float(due - (ends[chunk] - sample) / RATE)

    async def _run(self) -> None:
        while self.up:
            with contextlib.suppress(AudioNotActive, AudioRestarted):
                self._exchange(self.call.audio)
            await asyncio.sleep(0.004)

    def _exchange(self, audio: baresip.CallAudio) -> None:
        info = audio.info()
        if not (info.rx_ready and info.tx_ready):
            return
        buffered = info.tx_buffered
        while self._said and buffered < 10 * FRAME_BYTES:
            frame = bytes(self._said[:FRAME_BYTES]).ljust(FRAME_BYTES, b"\0")
            taken = audio.write(frame)
            del self._said[:taken]
            buffered += taken
            if taken < FRAME_BYTES:
                break
        while chunk := audio.read(FRAME_BYTES):
            self._heard.append(chunk)
            self.arrivals.append(time.monotonic())


class Phones:
    """All phones of a test: one SIP stack, since a process has but one."""

    def __init__(self, runtime: baresip.Runtime, agent: baresip.UserAgent) -> None:
        self._runtime = runtime
        self._agent = agent
        self.busy = False
        self.answered: list[Phone] = []
        self.dialled: list[Phone] = []

    async def dial(self, uri: str, seconds: float = 10.0) -> Phone:
        call = await dial(self._runtime, self._agent, uri)
        await call.wait_established(seconds)
        phone = Phone(call)
        phone.answered_at = time.monotonic()
        self.dialled.append(phone)
        return phone

    async def register(self, user: str, password: str, domain: str) -> None:
        """Be an extension of the PBX at `domain` that answers every call unless it is `busy`."""
        account = baresip.Account(
            user=user, domain=domain, password=password, reg_interval=60, audio_codecs=("pcmu",)
        )
        agent = await baresip.UserAgent.create(self._runtime, account)
        agent.on_incoming(self._ring)
        await agent.register()

    def _ring(self, call: baresip.Call) -> None:
        if self.busy:
            self._refusing = asyncio.create_task(call.reject())
            return
        phone = Phone(call)
        self.answered.append(phone)
        phone.answering = asyncio.create_task(call.answer())  # type: ignore[attr-defined]

    async def close(self) -> None:
        for phone in (*self.dialled, *self.answered):
            if phone.up:
                with contextlib.suppress(baresip.BaresipError):
                    await phone.hang_up()
        await stop_stack(self._runtime)


@contextlib.asynccontextmanager
async def phones(user: str = "4930555") -> AsyncIterator[Phones]:
    runtime = await start_stack(claim_port(ListenAddress("127.0.0.1", 0), ("udp", "tcp")))
    account = baresip.Account(
        user=user, domain="127.0.0.1", password="", reg_interval=0, audio_codecs=("pcmu",)
    )
    book = Phones(runtime, await baresip.UserAgent.create(runtime, account))
    try:
        yield book
    finally:
        await book.close()
