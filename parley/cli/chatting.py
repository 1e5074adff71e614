"""Typed lines in, shown turns out: the terminal's side of `parley chat`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import assert_never

import typer
from rich.text import Text

from dialogue.mind import Input, Said
from dialogue.rehearsal import TurnResult, as_json
from parley.cli.console import err, out
from parley.cli.rehearsed import doing, near_json, show_state, show_turn
from parley.rehearsal.nearest import Nearness
from parley.rehearsal.report import turn_json
from parley.rehearsal.talk import HELP, Command, Talk, read_line
from parley.replay.outside import Outside

PROMPT = "caller   "


class Chat:
    """A typed conversation.

    Args:
        talk: the call.
        outside: where its engines live, so that typing keeps nothing waiting.
        state: whether the state is shown after each turn.
        as_json: one JSON object a turn, and nothing else.
    """

    def __init__(self, talk: Talk, outside: Outside, *, state: bool, as_json: bool) -> None:
        self._talk = talk
        self._outside = outside
        self._nearest = Nearness(talk.flow, talk.stage.train)
        self._state = state
        self._json = as_json
        self._typed = sys.stdin.isatty()
        self._ended = False

    def hold(self) -> None:
        """Talk until the lines end: by Ctrl-D, Ctrl-C or /quit."""
        self._note(f"{self._talk.flow.name}: type what a caller says. /help lists what else can be typed.")
        try:
            self._begin()
            for line in self._lines():
                if line.strip():
                    self._answer(line)
                if self._ended:
                    break
        except KeyboardInterrupt:
            self._note("")
        self._note("Goodbye.")

    def _lines(self) -> Iterator[str]:
        if not self._typed:
            yield from sys.stdin
            return
        import readline  # noqa: F401, PLC0415 - lets `input` edit the line and remember the last ones

        while True:
            try:
                yield input(PROMPT)
            except EOFError:
                self._note("")
                return

    def _answer(self, line: str) -> None:
        try:
            meant = read_line(line)
            if isinstance(meant, Command):
                self._do(meant)
            elif self._talk.is_over:
                raise ValueError("the call is over: /again calls again, /quit ends")
            else:
                for heard in meant:
                    self._hear(heard)
        except ValueError as error:
            err.print(str(error), style="red", markup=False, soft_wrap=True)

    def _do(self, command: Command) -> None:
        match command:
            case Command.SILENCE | Command.UNREACHED | Command.LIMIT:
                self._hear(self._talk.event(command))
            case Command.AGAIN:
                self._begin()
            case Command.STATE:
                out.print_json(data=as_json(self._talk.state), ensure_ascii=False)
            case Command.HELP:
                for name, what in HELP.items():
                    out.print(f"  {name:<11} {what}", markup=False)
            case Command.QUIT:
                self._ended = True
            case _:
                assert_never(command)

    def _begin(self) -> None:
        results = self._outside.run(self._talk.begin())
        if self._talk.flow is not self._nearest.flow:
            self._nearest = Nearness(self._talk.flow, self._talk.stage.train)
        for result in results:
            self._show(result, typed=False)

    def _hear(self, heard: Input) -> None:
        self._show(self._outside.run(self._talk.turn(heard)), typed=self._typed and isinstance(heard, Said))

    def _show(self, result: TurnResult, *, typed: bool) -> None:
        near = self._nearest.of(result.heard.text) if isinstance(result.heard, Said) else None
        if self._json:
            told = turn_json(result) | ({"near": near_json(near)} if near is not None else {})
            typer.echo(json.dumps(told, ensure_ascii=False))
            return
        if not typed:
            out.print(Text(PROMPT, "bold") + Text(doing(result.heard)), soft_wrap=True)
        show_turn(out, result, near)
        if self._state:
            show_state(out, result)
        if result.ends:
            self._note("The call is over for Parley: /again calls again, /unreached if nobody answers there.")

    def _note(self, text: str) -> None:
        """Something for who types, not for scripts."""
        if self._typed and not self._json:
            out.print(Text(text, "dim"))
