"""`parley chat`."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.console import ConfigOption, err, read_config
from parley.cli.demo import Language

if TYPE_CHECKING:
    from dialogue.llm import Model
    from parley.config import Config
    from parley.rehearsal import ShopSource, Stage
    from parley.replay.outside import Outside


def chat(
    flow: Annotated[
        str | None,
        typer.Argument(metavar="FLOW", help="A flow of config.yaml, or a YAML file. Default: dialogue.flow."),
    ] = None,
    language: Annotated[
        Language | None,
        typer.Option(help="What the caller speaks. Without FLOW: a flow that answers in it."),
    ] = None,
    model: Annotated[
        bool, typer.Option("--model/--no-model", help="Ask the language model; it takes a while to load.")
    ] = False,
    state: Annotated[bool, typer.Option("--state", help="Show the state after each turn.")] = False,
    shop: Annotated[
        str | None,
        typer.Option(
            metavar="SHOP",
            help="sample, sample:SEED, a JSON file, an SQLAlchemy URL, or none. Default: the configured one. "
            "Always a copy: nothing that is said changes the shop.",
        ),
    ] = None,
    time: Annotated[
        datetime | None, typer.Option(help="When the call comes, at the shop's place. Default: now.")
    ] = None,
    number: Annotated[str, typer.Option(help="The caller's number.")] = "",
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a turn.")] = False,
) -> None:
    r"""Talk to a flow by typing: no telephone, no voices.

    parley chat

    parley chat dialplans/shop-en.yaml --state --shop sample

    printf 'where is my parcel\n#0\n' | parley chat en --json

    Each line is what a caller says. Under each reply stands where it came
    from (known, knowledge, menu, model ...), which known answers the words
    came near (from 0.50 on one is given), and what the turn changed in the
    state. /help lists what else can be typed: keys, silence, calling again.

    What a flow leaves to the language model is only marked as such, unless
    there is --model. docs/testing-flows.md teaches it by example.
    """
    settings = read_config(config, dict(os.environ))
    # Of what a server logs, only what is wrong concerns who types: a flow that was edited and is broken.
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    name, file = _flow(settings, flow, language)
    from parley.cli.chatting import Chat  # noqa: PLC0415 - loads engines
    from parley.rehearsal.shopcopy import source_of  # noqa: PLC0415
    from parley.rehearsal.talk import Talk  # noqa: PLC0415
    from parley.replay.outside import Outside  # noqa: PLC0415

    opening = _open(settings, {name: file}, source_of(settings, shop), with_model=model)
    with Outside() as outside, _entered(outside, opening) as stage:
        talk = Talk(stage, language=language, number=number, time=time)
        Chat(talk, outside, state=state, as_json=as_json).hold()


def _flow(config: Config, name: str | None, language: str | None) -> tuple[str, Path]:
    """The flow that is meant: the named one, one that answers in a language, or the configured one."""
    from dialogue.flowfile import load_flow  # noqa: PLC0415 - not needed to show the help
    from parley.rehearsal.flows import NoSuchFlowError, find_flow  # noqa: PLC0415

    flows = config.dialogue.flows
    if name is None and language is not None:
        name = next((one for one, file in flows.items() if load_flow(file).main_language == language), None)
    try:
        return find_flow(name or config.dialogue.flow, flows)
    except NoSuchFlowError as error:
        raise typer.BadParameter(str(error)) from None


@asynccontextmanager
async def _open(
    config: Config, flows: dict[str, Path], shop: ShopSource | None, *, with_model: bool
) -> AsyncIterator[Stage]:
    from parley.minds import open_model  # noqa: PLC0415 - loads engines
    from parley.models import ModelStore  # noqa: PLC0415
    from parley.rehearsal import StandIn, open_stage  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        with err.status("loading") as status:

            def report(name: str, what: str) -> None:
                status.update(f"{name}: {what}")

            model: Model
            if with_model:
                models = ModelStore(config.models.folder, config.models.local)
                model = await open_model(config, models, stack, report)
            else:
                stand_in = StandIn()
                stack.push_async_callback(stand_in.close)
                model = stand_in
            stage = await stack.enter_async_context(open_stage(config, flows, report, model=model, shop=shop))
            # As before calls: a processor takes longer to read a prompt than a caller is made to wait.
            async for name in stage.minds.warm():
                report("prompt", f"read ahead for {name}")
        yield stage


@contextmanager
def _entered(outside: Outside, opening: AbstractAsyncContextManager[Stage]) -> Iterator[Stage]:
    """Open a stage where the engines live: typing keeps this thread."""

    async def enter() -> Stage:
        return await opening.__aenter__()

    async def leave() -> None:
        await opening.__aexit__(None, None, None)

    stage = outside.run(enter())
    try:
        yield stage
    finally:
        outside.run(leave())
