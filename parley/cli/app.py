"""The commands, put together, and how their errors are shown."""

from __future__ import annotations

import sys

import typer

import parley
from parley.cli import (
    bench,
    call,
    calls,
    chat,
    check,
    demo,
    emotion,
    flow,
    flow_test,
    knowledge,
    llm,
    models,
    serve,
    shop,
)
from parley.cli.console import complain
from parley.cli.replay import replay

app = typer.Typer(
    name="parley",
    help=(
        "Parley answers an online shop's phone: it listens, understands, looks the order up and speaks, "
        "in English and Mandarin, on one machine.\n\n"
        "Begin with `parley serve`, then call it: from a browser at http://127.0.0.1:8080, or from any "
        "SIP phone. `parley demo` places a call for you and shows where the milliseconds go."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve.serve)
app.command()(demo.demo)
app.command()(call.call)
app.command()(calls.calls)
app.add_typer(models.app, name="models")
app.command()(check.check)
app.command()(chat.chat)
app.command("test-flow")(flow_test.test_flow)
app.add_typer(flow.app, name="flow")
app.command()(llm.llm)
app.command()(replay)
app.add_typer(shop.app, name="shop")
app.add_typer(emotion.app, name="emotion")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(bench.app, name="bench")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(parley.__version__)


def main() -> None:
    """Run the command line; errors from outside become one clear message and exit code 1."""
    try:
        app()
    except Exception as error:
        if not isinstance(error, expected_errors()):
            raise
        complain(error)
        sys.exit(1)


def expected_errors() -> tuple[type[Exception], ...]:
    """What configuration, models, ports and peers raise; not loaded before there is an error."""
    from asr.emotion import HeadError  # noqa: PLC0415
    from dialogue.emotions.polarity import PolarityError  # noqa: PLC0415
    from dialogue.knowledge.documents import DocumentError  # noqa: PLC0415
    from dialogue.knowledge.ontology import OntologyError  # noqa: PLC0415
    from dialogue.llm import LanguageModelError  # noqa: PLC0415
    from dialogue.shop.errors import ShopError, ShopUnavailableError  # noqa: PLC0415
    from dialogue.yamlfile import YamlError  # noqa: PLC0415
    from parley.database import StoreError  # noqa: PLC0415
    from parley.emotion.data import EmotionDataError  # noqa: PLC0415
    from parley.models import ModelError  # noqa: PLC0415
    from parley.observing import ObservingError  # noqa: PLC0415
    from parley.rehearsal.hearing import AudioError  # noqa: PLC0415
    from telephony.line import LineError  # noqa: PLC0415
    from tts.voice import VoiceError  # noqa: PLC0415

    return (
        *(YamlError, ModelError, VoiceError, LineError, StoreError, LanguageModelError, ObservingError),
        *(ShopError, ShopUnavailableError, DocumentError, OntologyError),
        *(HeadError, PolarityError, EmotionDataError, AudioError),
    )
