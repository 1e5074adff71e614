"""`parley check`."""

from __future__ import annotations

import asyncio
import os

import typer

from dialogue.flowfile import check_flow
from dialogue.yamlfile import YamlProblem
from parley.cli.console import ConfigOption, err, out, read_config
from parley.config import Config
from parley.models import ModelError, ModelStore, State, non_commercial
from telephony.line import LineError


def check(config: ConfigOption = None) -> None:
    """Validate config.yaml and every dialplan; name file, line and what was expected.

    Also warns of voices that a business must not use, of models that are not here yet, and of
    a manager interface of Asterisk that does not let Parley in.
    Exit code 1 if anything is wrong; warnings alone are no error.
    """
    settings = read_config(config, dict(os.environ))
    problems: list[YamlProblem] = []
    for name, file in settings.dialogue.flows.items():
        found = check_flow(file)
        problems += found
        if not found:
            out.print(f"flow {name}: {file} is right", markup=False, soft_wrap=True)
    for warning in _warnings(settings):
        err.print(f"warning: {warning}", style="yellow", markup=False, soft_wrap=True)
    for problem in dict.fromkeys(problems):  # flows may share a file of tasks
        err.print(str(problem), style="bold red", markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)
    out.print("The configuration is right.")


def _warnings(config: Config) -> list[str]:
    from parley.feelings import LEXICON  # noqa: PLC0415 - loads engines
    from parley.voices import models_of  # noqa: PLC0415 - loads engines

    needed = [
        config.asr.model,
        *(model for voice in config.tts.voices.values() for model in models_of(voice)),
    ]
    if config.asr.emotion is not None and not config.asr.emotion.endswith(".npz"):
        needed.append(config.asr.emotion)
    if config.dialogue.emotions:
        needed.append(LEXICON)
    needed += [one.name for one in config.dialogue.model.every_server if one.server == "embedded"]
    same: dict[tuple[str, str], list[str]] = {}
    for model in non_commercial(needed):
        same.setdefault((model.licence.name, model.licence.note), []).append(model.name)
    warnings = [
        f"{' and '.join(names)} ({licence}) must not be used by a business: {note}. {_instead(names)}"
        for (licence, note), names in same.items()
    ]
    store = ModelStore(config.models.folder, config.models.local)
    for name in dict.fromkeys(needed):
        try:
            if store.status(name).state not in (State.READY, State.CHANGED):
                warnings.append(f"model {name} is not here yet: parley models pull {name}")
        except ModelError as error:
            warnings.append(str(error))
    warnings += _manager_warnings(config)
    return warnings


def _instead(names: list[str]) -> str:
    if all(name.startswith("emotion-") for name in names):
        return "Set asr.emotion to null or to a head of your own in config.yaml, see docs/emotion.md."
    return "Another voice is one line in config.yaml, see docs/voices.md."


def _manager_warnings(config: Config) -> list[str]:
    if not config.telephony.ami.enabled:
        return []
    from parley.ports import manager_connection  # noqa: PLC0415 - loads the transports

    manager = manager_connection(config.telephony.ami)
    try:
        if manager is not None:
            asyncio.run(manager.check())
    except LineError as error:
        return [f"telephony.ami: {error}"]
    return []
