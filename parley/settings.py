"""What `config.yaml` may say, and what holds when it says nothing.

Every class is one section of the file, every attribute one key. Times are seconds, sizes bytes,
paths absolute once `parley.config.load_config` has returned. `config.yaml` in the project's folder
explains each key to an admin; a test keeps it in step with these classes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from dialogue.yamlfile import Duration, Size, Strict, expected
from parley.settings_telephony import Port, Telephony
from parley.settings_turns import Turns
from parley.values import OPEN, Address, Folder, HostPort, Language, Secret, Text, Threads


class Busy(Strict):
    """What a caller gets who is not taken: see `Server.max_calls` and `Server.max_delay`.

    Attributes:
        action: `reject` (busy tone), `say` (answer, say `say`, hang up) or `transfer`.
        say: the sentence, by language.
        transfer_to: extension or SIP address for `transfer`.
    """

    action: Literal["reject", "say", "transfer"] = "say"
    say: dict[Language, Text] = Field(
        default={
            "en": "All our lines are busy. Please call again in a few minutes.",
            "zh": "现在所有线路都在忙，请过几分钟再打来。",
        }
    )
    transfer_to: Text | None = Field(default=None, validate_default=True)

    @field_validator("transfer_to")
    @classmethod
    def _transfer_has_a_target(cls, target: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("action") == "transfer" and not target:
            raise expected("an extension or SIP address, because busy.action is transfer")
        return target


class Server(Strict):
    """The process: where its data lives and how many calls it takes.

    Attributes:
        data: folder of everything that is kept.
        drain: how long running calls may take to end when Parley is stopped.
        max_calls: calls at the same time.
        max_delay: while callers wait longer than this no further call is taken, `None` for no limit.
        busy: what those get that are not taken.
    """

    data: Folder = OPEN
    drain: Duration = 10.0
    max_calls: Annotated[int, Field(ge=1, le=1000)] = 8
    max_delay: Duration | None = 1.0
    busy: Busy = Busy()


class Asr(Strict):
    """Speech recognition.

    Attributes:
        model: name in `parley models list`.
        threads: processor threads of one recognition.
        languages: what callers speak, most likely first.
        pause: silence after which recognition of what was said so far starts, seconds.
        end_of_turn: the model that hears whether a turn is over, `None` to do without.
        emotion: what hears in the voice how the caller feels: a name in `parley models list` or an `.npz`
            of `parley emotion train`, `None` to do without.
    """

    model: Text = "whisper-base"
    threads: Threads = 1
    languages: list[Language] = Field(default=["en", "zh"], min_length=1)
    pause: Duration = 0.06
    end_of_turn: Text | None = "smart-turn-v3.2"
    emotion: Text | None = "emotion-ravdess"


class Cache(Strict):
    """Rendered phrases kept on disk."""

    folder: Folder = OPEN
    limit: Size = 500_000_000


class Tts(Strict):
    """Speech synthesis: one voice a language, each `engine:voice` or a name in `parley models list`."""

    voices: dict[Language, Text] = Field(default={"en": "piper:joe", "zh": "fastspeech2"})
    threads: Threads = 2
    cache: Cache = Cache()


def _embedded_or_url(server: str) -> str:
    if server != "embedded" and not server.startswith(("http://", "https://")):
        raise expected("embedded, or an http:// or https:// address")
    return server.rstrip("/")


ServerAddress: TypeAlias = Annotated[str, AfterValidator(_embedded_or_url)]


class ModelServer(Strict):
    """One of several servers of a language model.

    Attributes:
        server, name, api_key: see `Model`; with no name it is the first model that the server lists.
        weight: how many requests it takes in comparison with the others.
        canary: the share of the calls that it gets as a server on trial, `None` for an ordinary one.
        standby: asked only while no other server is well.
        tools: whether its model may call tools, `None` for what `Model.tools` says.
    """

    server: ServerAddress
    name: Text = ""
    api_key: Secret | None = None
    weight: Annotated[float, Field(gt=0, le=1000)] = 1.0
    canary: Annotated[float, Field(ge=0, le=1)] | None = None
    standby: bool = False
    tools: bool | None = None

    @property
    def title(self) -> str:
        """What logs and figures call it: without passwords and paths."""
        parts = urlsplit(self.server)
        place = self.server if self.server == "embedded" else f"{parts.hostname}:{parts.port or parts.scheme}"
        return f"{self.name}@{place}" if self.name else place


class Model(Strict):
    """The language model, behind the OpenAI chat API.

    Attributes:
        server: `embedded`, or the URL of a server (`http://gpu:8000/v1`).
        name: the model, as the server (or `parley models list`) calls it.
        api_key: sent to the server, if it wants one.
        servers: several servers instead of that one.
        tools: whether the model may call tools; `auto`: where it is not the embedded one.
        send_personal_data: whether servers on other machines get personal data as they are.
        threads: processor threads of the embedded server.
        context: tokens the embedded server keeps, prompt and answer together.
        history: turns of the conversation that are sent along.
        max_tokens: longest answer.
        temperature: 0 (always the likeliest word) to 2.
        first_token: give up when nothing came for so long, seconds.
        total: give up on the whole answer, seconds.
    """

    server: ServerAddress = "embedded"
    name: Text = "qwen2.5-1.5b"
    api_key: Secret | None = None
    servers: list[ModelServer] = Field(default=[])
    tools: Literal["auto", "on", "off"] = "auto"
    send_personal_data: bool = False
    threads: Threads = 2
    context: Annotated[int, Field(ge=512, le=131_072)] = 4096
    history: Annotated[int, Field(ge=0, le=100)] = 8
    max_tokens: Annotated[int, Field(ge=8, le=4096)] = 120
    temperature: Annotated[float, Field(ge=0.0, le=2.0)] = 0.3
    first_token: Duration = 5.0
    total: Duration = 20.0

    @field_validator("servers")
    @classmethod
    def _servers_fit(cls, servers: list[ModelServer]) -> list[ModelServer]:
        titles = [one.title for one in servers]
        if twice := {title for title in titles if titles.count(title) > 1}:
            raise expected(f"each server once, not {', '.join(sorted(twice))} again")
        if servers and all(one.canary is not None for one in servers):
            raise expected("at least one server without canary")
        if sum(one.canary or 0.0 for one in servers) > 1:
            raise expected("canary shares that are together not above 1")
        return servers

    @property
    def every_server(self) -> list[ModelServer]:
        """The servers: those listed, or the one of `server`, `name` and `api_key`."""
        only = ModelServer(server=self.server, name=self.name, api_key=self.api_key)
        return self.servers or [only]

    def may_call_tools(self, server: ModelServer) -> bool:
        """Whether a server's model is told of tools."""
        if server.tools is not None:
            return server.tools
        return self.tools == "on" or (self.tools == "auto" and server.server != "embedded")


class Dialogue(Strict):
    """What Parley says.

    Attributes:
        flows: dialplan file by flow name.
        flow: the flow of a call that nothing else chooses.
        routes: flow name by dialled number.
        emotions: whether it is written down how callers feel, by their words and voices.
        resume_within: how long after a call was cut off its caller may go on where it was, `None` for never.
        model: the language model.
    """

    flows: dict[str, Path] = Field(
        default={
            "en": Path("dialplans/shop-en.yaml"),
            "zh": Path("dialplans/shop-zh.yaml"),
        },
        min_length=1,
    )
    flow: Text = Field(default="en", validate_default=True)
    routes: dict[str, Text] = Field(default={})
    emotions: bool = True
    resume_within: Duration | None = 600.0
    model: Model = Model()

    @field_validator("flow")
    @classmethod
    def _flow_exists(cls, flow: str, info: ValidationInfo) -> str:
        flows: dict[str, Path] | None = info.data.get("flows")
        if flows is not None and flow not in flows:
            raise expected(f"one of the flows {', '.join(flows)}")
        return flow

    @field_validator("routes")
    @classmethod
    def _routes_lead_somewhere(cls, routes: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        flows: dict[str, Path] | None = info.data.get("flows")
        for number, flow in routes.items() if flows is not None else ():
            if flow not in (flows or ()):
                raise expected(f"one of the flows {', '.join(flows or ())} for {number}, not {flow!r}")
        return routes


class Recording(Strict):
    """Recording of calls: `rate` in samples per second. A flow may announce it, or switch it off."""

    enabled: bool = True
    rate: Literal[8000, 16000] = 8000


class Storage(Strict):
    """The database: an SQLAlchemy URL, or none for SQLite in `server.data`."""

    url: Secret | None = None


class Shop(Strict):
    """The shop's own data, brought in by `parley shop import`.

    Attributes:
        url: SQLAlchemy URL of its database, `None` for the SQLite file `shop.db` in `server.data`.
        patience: how long a lock, a connection or a statement may take while a caller waits.
        documents: folder of the shop's rules in Markdown, or one such file, `None` for none.
    """

    url: Secret | None = None
    patience: Duration = 1.5
    documents: Path | None = None


class Models(Strict):
    """Where model weights are kept, and which local folders are searched before anything is fetched."""

    folder: Folder = OPEN
    local: list[Path] = Field(default=[])


class Metrics(Port):
    """Prometheus' page: how many calls, how fast every stage."""

    enabled: bool = False
    listen: HostPort = Address("127.0.0.1", 9464)


class Traces(Strict):
    """OpenTelemetry (extra `otel`): the OTLP/HTTP collector that spans go to, `None` for none."""

    endpoint: Text | None = None

    @field_validator("endpoint")
    @classmethod
    def _is_a_url(cls, endpoint: str | None) -> str | None:
        if endpoint is not None and not re.match(r"https?://[^/\s]+", endpoint):
            raise expected("an http:// or https:// address, such as http://127.0.0.1:4318")
        return endpoint


class Log(Strict):
    """What is written to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class Config(Strict):
    """Everything `config.yaml` says."""

    server: Server = Server()
    telephony: Telephony = Telephony()
    asr: Asr = Asr()
    turns: Turns = Turns()
    tts: Tts = Field(default=Tts(), validate_default=True)
    dialogue: Dialogue = Dialogue()
    recording: Recording = Recording()
    storage: Storage = Storage()
    shop: Shop = Shop()
    models: Models = Models()
    metrics: Metrics = Metrics()
    traces: Traces = Traces()
    log: Log = Log()

    @field_validator("tts")
    @classmethod
    def _every_language_has_a_voice(cls, tts: Tts, info: ValidationInfo) -> Tts:
        asr: Asr | None = info.data.get("asr")
        for language in asr.languages if asr else ():
            if language not in tts.voices:
                raise expected(f"a voice for {language!r}, because asr.languages names it")
        return tts

    @field_validator("metrics")
    @classmethod
    def _metrics_have_a_port(cls, metrics: Metrics, info: ValidationInfo) -> Metrics:
        telephony: Telephony | None = info.data.get("telephony")
        for name, other in telephony or ():
            if isinstance(other, Port) and other.clashes(metrics):
                raise expected(f"a port of its own, not {metrics.listen} as telephony.{name} has")
        return metrics

    @property
    def recordings_folder(self) -> Path:
        """Where recordings go: `<data>/recordings`."""
        return self.server.data / "recordings"

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the database. May hold a password: not for logs."""
        if self.storage.url is not None:
            return self.storage.url.get_secret_value()
        return f"sqlite:///{self.server.data / 'parley.db'}"

    @property
    def shop_url(self) -> str:
        """SQLAlchemy URL of the shop's database. May hold a password: not for logs."""
        if self.shop.url is not None:
            return self.shop.url.get_secret_value()
        return f"sqlite:///{self.server.data / 'shop.db'}"

    @property
    def ticket_journal(self) -> Path:
        """Where tickets wait while the shop's database does not take them: `<data>/tickets.jsonl`."""
        return self.server.data / "tickets.jsonl"
