"""What all commands share in talking to a person."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dialogue.yamlfile import YamlError
from parley.config import Config, load_config

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Path of config.yaml. Default: ./config.yaml if it is there."),
]


def complain(error: Exception) -> None:
    """Show an error as one line for each problem."""
    lines = [str(problem) for problem in error.problems] if isinstance(error, YamlError) else [str(error)]
    for line in lines:
        err.print(line, style="bold red", markup=False, soft_wrap=True)


def read_config(path: Path | None, env: dict[str, str]) -> Config:
    """The configuration at `path`, or in the folder one is in, or the built-in one."""
    return load_config(config_file(path), env)


def config_file(path: Path | None) -> Path | None:
    """The file that was named, or that of the folder one is in; None for the built-in configuration."""
    return Path("config.yaml") if path is None and Path("config.yaml").is_file() else path


def set_up_logging(config: Config) -> None:
    """Log to standard error as the configuration says."""
    if config.log.format == "json":
        form = '{"time":"%(asctime)s","level":"%(levelname)s","logger":"%(name)s","message":%(message)r}'
    else:
        form = "%(asctime)s %(levelname)-7s %(message)s"
    logging.basicConfig(level=config.log.level.upper(), format=form)
    # Chatty at info, and of no use to an admin.
    for name in ("httpx", "httpx2", "httpcore", "alembic", "baresip", "jieba", "faster_whisper"):
        logging.getLogger(name).setLevel(logging.WARNING)
