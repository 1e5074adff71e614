import inspect
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from dialogue.yamlfile import YamlError
from parley.config import PROJECT, Config, load_config
from parley.settings_telephony import Registration
from parley.values import Address

Write = Callable[[str], Path]
HOME = {"HOME": "/home/shop"}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a config.yaml beside the two flows that the defaults name."""
    (tmp_path / "dialplans").mkdir()
    for language in ("en", "zh"):
        (tmp_path / "dialplans" / f"shop-{language}.yaml").touch()

    def write(text: str) -> Path:
        file = tmp_path / "config.yaml"
        file.write_text(text, "utf-8")
        return file

    return write


def problems(path: Path, env: Mapping[str, str] = HOME) -> list[str]:
    with pytest.raises(YamlError) as caught:
        load_config(path, env)
    return [str(problem).replace(str(path), "config.yaml") for problem in caught.value.problems]


def test_an_empty_file_gives_a_server_that_answers_sip_and_the_browser(write: Write) -> None:
    config = load_config(write(""), HOME)
    assert str(config.telephony.sip.listen) == "0.0.0.0:5060"
    assert config.telephony.browser.enabled
    assert not config.telephony.ami.enabled
    assert config.asr.languages == ["en", "zh"]


def test_units_become_seconds_and_bytes(write: Write) -> None:
    text = "server: {drain: 1m}\nturns: {barge_in: 300ms}\ntts: {cache: {limit: 1GiB}}"
    config = load_config(write(text), HOME)
    assert (config.server.drain, config.turns.barge_in, config.tts.cache.limit) == (60.0, 0.3, 2**30)


def test_paths_start_from_the_file_and_folders_left_open_from_the_home(write: Write) -> None:
    file = write("dialogue: {flows: {a: my.yaml}, flow: a}\nserver: {data: var}")
    (file.parent / "my.yaml").touch()
    config = load_config(file, HOME)
    assert config.dialogue.flows == {"a": file.parent / "my.yaml"}
    assert config.recordings_folder == file.parent / "var" / "recordings"
    assert config.tts.cache.folder == file.parent / "var" / "speech"
    assert config.models.folder == Path("/home/shop/.cache/parley/models")
    assert config.database_url == f"sqlite:///{file.parent}/var/parley.db"
    xdg = load_config(write(""), {**HOME, "XDG_DATA_HOME": "/srv/data", "XDG_CACHE_HOME": "/srv/cache"})
    assert xdg.server.data == Path("/srv/data/parley")
    assert xdg.models.folder == Path("/srv/cache/parley/models")


def test_the_files_own_folder_may_hold_the_data(write: Write) -> None:
    file = write("server: {data: .}")
    assert load_config(file, HOME).server.data == file.parent


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("server:\n  max_call: 3", "config.yaml:2: server.max_call: expected the key 'max_calls'"),
        ("server:\n  drain: 10", "config.yaml:2: server.drain: expected a duration with its unit"),
        ("\ntts:\n  cache:\n    limit: 5", "config.yaml:4: tts.cache.limit: expected a size with its unit"),
        ("telephony:\n  sip:\n    listen: '5060'", "config.yaml:3: telephony.sip.listen: expected host:port"),
        ("telephony:\n  sip:\n    listen: h:99999", "with a port from 0 to 65535, found 'h:99999'"),
        (
            "telephony:\n  sip:\n    codecs: [g729]",
            "config.yaml:3: telephony.sip.codecs.0: expected the value 'g722'",
        ),
        ("recording:\n  rate: 44100", "config.yaml:2: recording.rate: expected"),
        (
            "dialogue:\n  flow: fr",
            "config.yaml:2: dialogue.flow: expected one of the flows en, zh, found 'fr'",
        ),
        (
            "dialogue:\n  routes: {'1': x}",
            "config.yaml:2: dialogue.routes: expected one of the flows en, zh for 1",
        ),
        ("asr:\n  languages: [en]\ntts:\n  voices: {zh: a}", "config.yaml:3: tts: expected a voice for 'en'"),
        ("telephony:\n  agi: {enabled: true, listen: '127.0.0.1:8080'}", "expected a port of its own"),
        ("telephony:\n  ami:\n    enabled: true", "expected the secret of manager.conf"),
        ("telephony:\n  pyvoip:\n    enabled: true", "expected a registration, because pyvoip is enabled"),
        ("turns:\n  budget: 0ms", "config.yaml:2: turns.budget: expected"),
        ("metrics: {enabled: true, listen: '127.0.0.1:8080'}", "8080 as telephony.browser has"),
        (
            "traces:\n  endpoint: otel:4318",
            "config.yaml:2: traces.endpoint: expected an http:// or https:// address",
        ),
        ("server:\n  busy:\n    action: transfer", "expected an extension or SIP address"),
        (
            "dialogue:\n  model:\n    server: gpu:8000",
            "config.yaml:3: dialogue.model.server: expected embedded, or",
        ),
        (
            "server:\n  busy:\n    transfer_to: +49301",
            "config.yaml:3: server.busy.transfer_to: expected text (put",
        ),
        (
            "shop:\n  documents: nowhere",
            "config.yaml:2: shop.documents: expected a folder or a file, found nothing at",
        ),
        (
            "models:\n  local:\n    - nowhere",
            "config.yaml:3: models.local.0: expected a folder, found no folder",
        ),
        (
            "dialogue:\n  flow: a\n  flows:\n    a: none.yaml",
            "config.yaml:4: dialogue.flows.a: expected the file",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_expected(write: Write, text: str, told: str) -> None:
    assert any(told in problem for problem in problems(write(text)))


def test_all_mistakes_are_told_at_once(write: Write) -> None:
    assert len(problems(write("server: {drain: 1, max_calls: 0}\nlog: {level: loud}"))) == 3


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path / "config.yaml") == [
        "config.yaml: expected a readable file, found No such file or directory"
    ]


def test_the_environment_overrides_the_file(write: Write) -> None:
    env = {
        **HOME,
        "PARLEY__TELEPHONY__SIP__LISTEN": "0.0.0.0:5070",
        "PARLEY__ASR__LANGUAGES": "[zh]",
        "PARLEY__RECORDING__RATE": "16000",
        "PARLEY__DIALOGUE__ROUTES__1000": "zh",
        "PARLEY__SERVER__BUSY__TRANSFER_TO": "+441632960000",
        "PARLEY__TTS__VOICES": '{"zh": "kokoro:zf_xiaoxiao"}',
        "PARLEY__TELEPHONY__SIP__CODECS": "[opus]",
    }
    config = load_config(write("asr: {languages: [en], threads: 1}\nrecording: {rate: 8000}"), env)
    assert str(config.telephony.sip.listen) == "0.0.0.0:5070"
    assert (config.asr.languages, config.asr.threads) == (["zh"], 1)
    assert config.recording.rate == 16000
    assert config.dialogue.routes == {"1000": "zh"}
    assert config.server.busy.transfer_to == "+441632960000"
    assert config.tts.voices == {"zh": "kokoro:zf_xiaoxiao"}
    assert config.telephony.sip.codecs == ["opus"]


def test_a_wrong_override_names_its_variable(write: Write) -> None:
    env = {**HOME, "PARLEY__TURNS__BARGE_IN": "250", "PARLEY__SERVR__DRAIN": "1s"}
    first, second = problems(write(""), env)
    assert first.startswith("environment PARLEY__TURNS__BARGE_IN: turns.barge_in: expected a duration")
    assert second.startswith("environment PARLEY__SERVR__DRAIN: servr: expected the key 'server'")


ACCOUNT = "telephony: {sip: {registration: {registrar: pbx, user: '7', password: %s}}}"


@pytest.mark.parametrize(
    ("written", "env"),
    [
        ("'1.10'", {}),
        ("env:SIP_PASSWORD", {"SIP_PASSWORD": "1.10"}),
        ("old", {"PARLEY__TELEPHONY__SIP__REGISTRATION__PASSWORD": "1.10"}),
    ],
)
def test_a_secret_is_taken_as_it_is_and_never_shown(write: Write, written: str, env: dict[str, str]) -> None:
    account = load_config(write(ACCOUNT % written), HOME | env).telephony.sip.registration
    assert isinstance(account, Registration)
    assert account.password.get_secret_value() == "1.10"
    assert "1.10" not in repr(account)


def test_a_mistake_in_a_secret_does_not_show_it(write: Write) -> None:
    (problem,) = problems(write(ACCOUNT % "98765"))
    assert "password: expected text (put a number in quotes)" in problem
    assert "98765" not in problem


def test_a_secret_from_a_variable_that_is_not_set_is_an_error(write: Write) -> None:
    (problem,) = problems(write("dialogue:\n  model:\n    api_key: env:NO_KEY"))
    assert problem.startswith(
        "config.yaml:3: dialogue.model.api_key: expected the environment variable NO_KEY"
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:80", Address("127.0.0.1", 80)),
        ("[::1]:0", Address("::1", 0)),
        ("pbx:5060", Address("pbx", 5060)),
    ],
)
def test_an_address_is_read_and_written_alike(text: str, address: Address) -> None:
    assert Address.parse(text) == address
    assert str(address) == text


@pytest.mark.parametrize(
    "text", ["", ":80", "host", "host:", "::1:80", "host:-1", "host:8o", "host:65536", 5060, None]
)
def test_what_is_no_address_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="host:port"):
        Address.parse(text)


def keys_of(model: type[BaseModel]) -> dict[str, object]:
    nested: dict[str, object] = {}
    for name, info in model.model_fields.items():
        kind = info.annotation
        nested[name] = keys_of(kind) if inspect.isclass(kind) and issubclass(kind, BaseModel) else None
    return nested


def keys_in(data: object, model: dict[str, object]) -> dict[str, object]:
    assert isinstance(data, dict)
    return {
        name: keys_in(value, model[name]) if isinstance(model.get(name), dict) else None  # type: ignore[arg-type]
        for name, value in data.items()
    }


def test_the_projects_file_has_every_key_and_the_built_in_values(write: Write) -> None:
    text = (PROJECT / "config.yaml").read_text("utf-8")
    assert keys_in(yaml.safe_load(text), keys_of(Config)) == keys_of(Config)
    assert load_config(write(text), HOME) == load_config(write(""), HOME)
