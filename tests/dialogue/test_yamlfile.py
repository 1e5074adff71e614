from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from dialogue.yamlfile import (
    Duration,
    Override,
    Size,
    Strict,
    YamlError,
    parse_duration,
    parse_size,
    read_yaml,
)


class Inner(Strict):
    wait: Duration = 1.0
    limit: Size = 10
    mode: Literal["open", "closed"] = "open"


class Outer(Strict):
    name: str
    port: int = 5060
    inner: Inner = Inner()
    items: tuple[Inner, ...] = ()
    table: dict[str, Inner] = Field(default_factory=dict)
    switch: bool = False


def load(tmp_path: Path, text: str, *overrides: Override) -> Outer:
    path = tmp_path / "file.yaml"
    path.write_text(text, "utf-8")
    document = read_yaml(path)
    document.apply(overrides)
    return document.validate(Outer)


def problems(tmp_path: Path, text: str, *overrides: Override) -> list[tuple[int, str, str, str]]:
    with pytest.raises(YamlError) as caught:
        load(tmp_path, text, *overrides)
    return [(p.line, p.where, p.expected, p.found) for p in caught.value.problems]


def test_reads_values_with_units(tmp_path: Path) -> None:
    got = load(tmp_path, "name: a\ninner: {wait: 250ms, limit: 500MB, mode: closed}\nitems:\n  - wait: 2s\n")
    assert got.inner == Inner.model_construct(wait=0.25, limit=500_000_000, mode="closed")
    assert got.items[0].wait == 2.0


def test_several_problems_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    text = "nme: a\nport: many\ninner:\n  wait: 250\n  mode: opn\nitems:\n  - limit: 3\n  - wiat: 2s\n"
    assert problems(tmp_path, text) == [
        (1, "name", "the key 'name'", "nothing"),
        (2, "port", "a valid integer, unable to parse string as an integer", "'many'"),
        (4, "inner.wait", "a duration with its unit, such as 250ms, 2s, 10m or 1h", "250"),
        (5, "inner.mode", "the value 'open' (did you mean that?)", "'opn'"),
        (7, "items.0.limit", "a size with its unit, such as 512kB, 500MB or 1GiB", "3"),
        (8, "items.1.wiat", "the key 'wait' (did you mean that?)", "the unknown key 'wiat'"),
        (1, "nme", "the key 'name' (did you mean that?)", "the unknown key 'nme'"),
    ]


def test_the_message_begins_with_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(YamlError) as caught:
        load(tmp_path, "name: a\ninner:\n  wait: 2 days\n")
    assert str(caught.value).startswith(f"{tmp_path}/file.yaml:3: inner.wait: expected a duration")


def test_unknown_key_without_a_neighbour_lists_the_known_ones(tmp_path: Path) -> None:
    assert problems(tmp_path, "name: a\ntable:\n  x:\n    zzz: 1\n") == [
        (4, "table.x.zzz", "one of the keys limit, mode, wait", "the unknown key 'zzz'")
    ]


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("name: a\nname: b\n", 2, "it again (first on line 1)"),
        ("name: a\n  port: 3\n", 2, "mapping values are not allowed here"),
        ("name: a\ninner: [1, 2\n", 3, "while parsing a flow sequence"),
        ("name: !!python/object:os.system x\n", 1, "the tag 'tag:yaml.org,2002:python/object:os.system'"),
        ("name: a\ninner: &i\n  wait: *i\n", 2, "an alias of itself"),
        ("? [a, b]\n: c\n", 1, "a list or group"),
        ("[" * 5000, 0, "hundreds"),
    ],
)
def test_what_is_not_yaml(tmp_path: Path, text: str, line: int, found: str) -> None:
    got = problems(tmp_path, text)[0]
    assert got[0] == line
    assert found in got[3]


def test_missing_and_foreign_files(tmp_path: Path) -> None:
    with pytest.raises(YamlError, match="expected a readable file, found No such file"):
        read_yaml(tmp_path / "none.yaml").validate(Outer)
    (tmp_path / "latin.yaml").write_bytes(b"name: caf\xe9\n")
    with pytest.raises(YamlError, match="expected text in UTF-8"):
        read_yaml(tmp_path / "latin.yaml").validate(Outer)


def test_words_that_yaml_1_1_would_change_stay_what_was_written(tmp_path: Path) -> None:
    class Words(Strict):
        values: list[str]
        on: bool

    path = tmp_path / "w.yaml"
    path.write_text("values: [off, 10:30, 2026-12-25, 007, NO]\non: on\n", "utf-8")
    assert read_yaml(path).validate(Words) == Words(
        values=["off", "10:30", "2026-12-25", "007", "NO"], on=True
    )


def test_overrides_replace_values_and_are_named_in_errors(tmp_path: Path) -> None:
    good = Override(("inner", "wait"), "3s", "environment PARLEY_INNER__WAIT")
    assert load(tmp_path, "name: a\n", good).inner.wait == 3.0
    with pytest.raises(YamlError) as caught:
        load(tmp_path, "name: a\n", Override(("inner", "wait"), "3", "environment PARLEY_INNER__WAIT"))
    assert str(caught.value).startswith("environment PARLEY_INNER__WAIT: inner.wait: expected a duration")
    with pytest.raises(YamlError, match="environment X: port: expected a group of keys"):
        load(tmp_path, "name: a\nport: 1\n", Override(("port", "deep"), "3", "environment X"))


@given(st.integers(0, 10**6), st.sampled_from([("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)]))
def test_every_duration_with_a_unit_is_read(number: int, unit: tuple[str, float]) -> None:
    assert parse_duration(f"{number}{unit[0]}") == pytest.approx(number * unit[1])


@given(st.one_of(st.integers(), st.floats(), st.none(), st.text(alphabet="0123456789. -", max_size=8)))
def test_nothing_without_a_unit_is_a_duration_or_a_size(value: object) -> None:
    for parse in (parse_duration, parse_size):
        with pytest.raises(ValueError, match="with its unit"):
            parse(value)
