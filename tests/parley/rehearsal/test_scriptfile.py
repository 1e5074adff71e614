"""Files of scripted conversations: what is wrong in them is named with its line."""

from pathlib import Path

import pytest

from dialogue.yamlfile import YamlError
from parley.rehearsal.scriptfile import load_script
from tests.dialogue.flows import SMALL

RIGHT = """\
flow: small.yaml
number: "100"
time: 2026-06-10T09:00
conversations:
  - name: delivery
    language: en
    turns:
      - caller: how long does delivery take
        reply: [two, /d.ys/]
        not: three
        kind: known
        answer: delivery
        act: none
        state: {"answers.-1": delivery}
      - key: 1#
      - silence: 2
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    return tmp_path


def written(folder: Path, text: str) -> Path:
    path = folder / "script.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_is_read_with_the_lines_of_its_turns(folder: Path) -> None:
    script = load_script(written(folder, RIGHT), {})
    turns = script.script.conversations[0].turns
    assert turns[0].reply == ("two", "/d.ys/")
    assert turns[0].never == ("three",)
    assert turns[1].key == "1#"
    assert script.line("conversations", 0, "turns", 2) == 16
    setting = script.script.setting(script.script.conversations[0])
    assert (setting.number, setting.language) == ("100", "en")
    assert script.flow.name == "small"


def test_a_flow_is_found_by_its_name_its_file_and_its_path(folder: Path) -> None:
    flows = {"lamps": folder / "small.yaml"}
    for name in ("lamps", "small", "small.yaml", str(folder / "small.yaml")):
        script = load_script(written(folder, RIGHT.replace("small.yaml", name, 1)), flows)
        assert script.flow_file == folder / "small.yaml"


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("kind: known", "knd: known", 11, "expected the key 'kind' (did you mean that?)"),
        ("not: three", "nt: three", 10, "expected the key 'not' (did you mean that?)"),
        ("- silence: 2", "- {silence: 2, key: '1'}", 16, "expected exactly one of caller, key, audio"),
        ("- silence: 2", "- {reply: two}", 16, "expected exactly one of caller, key, audio"),
        ("- silence: 2", "- silence: 0", 16, "greater than or equal to 1"),
        ("key: 1#", "key: 1x", 15, "expected keys of a telephone in quotes"),
        ("act: none", "act: transfr", 13, "expected transfer, transfer:TARGET, end, or none"),
        ("/d.ys/", "/d(ys/", 9, "expected a regular expression between the slashes"),
        ("answer: delivery", "answer: deliveries", 12, "a known answer of the flow, perhaps 'delivery'"),
        ("2026-06-10T09:00", "tomorrow", 3, "expected a time such as 2026-06-10T09:00"),
        ("language: en", "language: zh", 6, "expected one of the flow's languages en, found 'zh'"),
        ("flow: small.yaml", "flow: smal", 1, "expected a flow of config.yaml"),
        ("- silence: 2", "- audio: nowhere.wav", 16, "expected a recording, found no file"),
        ("- silence: 2", "- silence: 2\n    expect: {shop: unchanged}", 17, "expected a group 'shop'"),
        ("number:", "shop: {sample: 1, file: x.json}\nnumber:", 2, "expected exactly one of sample, file"),
        ("number:", "shop: {file: x.json}\nnumber:", 2, "expected a file that exists, found nothing at"),
        (
            "- silence: 2\n",
            "- silence: 2\n  - {name: delivery, turns: [{limit: true}]}\n",
            17,
            "expected each conversation's name once, found 'delivery' again",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(folder: Path, old: str, new: str, line: int, told: str) -> None:
    assert old in RIGHT
    path = written(folder, RIGHT.replace(old, new, 1))
    with pytest.raises(YamlError) as caught:
        load_script(path, {})
    assert f"{path}:{line}: " in str(caught.value)
    assert told in str(caught.value)


def test_a_flow_that_is_wrong_is_told_as_itself(folder: Path) -> None:
    (folder / "small.yaml").write_text(SMALL.replace("greeting:", "greting:"), "utf-8")
    with pytest.raises(YamlError, match=r"small\.yaml:4: greting: expected the key 'greeting'"):
        load_script(written(folder, RIGHT), {})
