"""What a process and its children use of the machine, read from Linux' /proc."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_CALM_SECONDS = 1.0
_CALM_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Usage:
    """Of a process and its children together.

    Attributes:
        cpu: core-seconds since they started.
        peak_memory: bytes, each process at its largest (`VmHWM`).
    """

    cpu: float
    peak_memory: int


def usage(pid: int) -> Usage:
    """What they have used so far; 0 for a process that is gone."""
    cpu, memory = 0.0, 0
    for one in (pid, *_descendants(pid)):
        fields = _stat(one)
        # Times are fields 14 and 15 of proc_pid_stat(5), 11 and 12 behind the name.
        cpu += sum(map(int, fields[11:13])) / _TICKS
        memory += _peak(one)
    return Usage(cpu, memory)


async def settle(pid: int, seconds: float = 120.0) -> None:
    """Wait until they have stopped working, at most `seconds`: what was begun at the start is done."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    before = usage(pid).cpu
    while loop.time() < deadline:
        await asyncio.sleep(_CALM_SECONDS)
        now = usage(pid).cpu
        if now - before < _CALM_SHARE * _CALM_SECONDS:
            return
        before = now


def _descendants(pid: int) -> list[int]:
    parents = {int(path.name): _stat(int(path.name)) for path in _PROC.iterdir() if path.name.isdigit()}
    found, front = [], [pid]
    while front:
        parent = front.pop()
        children = [one for one, fields in parents.items() if len(fields) > 1 and int(fields[1]) == parent]
        found += children
        front += children
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name, which may hold spaces; empty if it is gone."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _peak(pid: int) -> int:
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
