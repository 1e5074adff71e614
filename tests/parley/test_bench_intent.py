"""`parley bench intent`: its figures, and what it says of files that can't be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parley.benches.intent.figures import calibration_error, figures
from parley.benches.intent.table import OUT_OF_SCOPE, TableError, read_table
from parley.cli.app import app
from parley.intents import ENGLISH, MANDARIN
from parley.models import ModelError, ModelStore

TRAIN = """sentence,label
where is my order,STATUS
track my parcel,STATUS
has it been sent,STATUS
I want to return this,RETURN
how do I send it back,RETURN
"I want my money back, please",RETURN
"""
TEST = """label,sentence,note
STATUS,where is my parcel,x
RETURN,can I send this back,x
NO_NODES_DETECTED,what is the weather like,x
NO_NODES_DETECTED,do you sell bicycles,x
"""


def file(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_one_json_document_with_the_figures(tmp_path: Path) -> None:
    try:
        for model in (ENGLISH, MANDARIN):
            ModelStore().path(model)
    except ModelError as error:
        pytest.skip(str(error))
    arguments = ["--train", file(tmp_path, "train.csv", TRAIN), "--test", file(tmp_path, "test.csv", TEST)]
    result = CliRunner().invoke(app, ["bench", "intent", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["accuracy"] == 1.0
    assert told["in_scope_accuracy"] == told["oos_recall"] == told["mcc"] == 1.0
    assert 0 < told["ms_p50"] <= told["ms_p95"]
    assert told["train_seconds"] > 0
    assert (told["intents"], told["train_sentences"], told["test_sentences"]) == (2, 6, 4)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "sentence,lable\na,b\n",
            "test.csv:1: expected the column 'label', found the columns sentence, lable",
        ),
        ("", "test.csv:1: expected the column 'sentence', found nothing"),
        ("sentence,label\n", "test.csv:2: expected at least one sentence, found none"),
        ("sentence,label\na,STATUS\nb\n", "test.csv:3: expected a label, found none"),
        ("sentence,label\na,STATUS\nb,STATSU\n", "test.csv:3: expected a label of the training file or"),
        ('sentence,label\n"a"b,STATUS\n', "test.csv:2: expected CSV: "),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(TableError) as caught:
        read_table(Path(file(tmp_path, "test.csv", text)), {"STATUS", "RETURN"})
    assert said in str(caught.value)


def test_what_the_command_says_of_a_broken_file(tmp_path: Path) -> None:
    good = file(tmp_path, "train.csv", TRAIN)
    bad = file(tmp_path, "test.csv", "sentence,label\nhello,STATSU\n")
    result = CliRunner().invoke(app, ["bench", "intent", "--train", good, "--test", bad, "--json"])
    assert result.exit_code == 2
    assert not result.stdout
    assert "perhaps 'STATUS', found 'STATSU'" in " ".join(result.stderr.replace("│", " ").split())
    (tmp_path / "latin.csv").write_bytes(b"sentence,label\ncaf\xe9,STATUS\n")
    with pytest.raises(TableError, match="expected UTF-8"):
        read_table(tmp_path / "latin.csv")
    with pytest.raises(TableError, match="No such file"):
        read_table(tmp_path / "none.csv")


def test_figures_of_a_table_worked_out_by_hand() -> None:
    wanted = ["a", "a", "b", OUT_OF_SCOPE, OUT_OF_SCOPE]
    found = ["a", OUT_OF_SCOPE, "b", OUT_OF_SCOPE, "a"]
    told = figures(wanted, found)
    assert told["accuracy"] == 0.6
    assert told["in_scope_accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert told["oos_recall"] == 0.5
    # (3 * 5 - (2*2 + 1*1 + 2*2)) / (25 - 9)
    assert told["mcc"] == pytest.approx(6 / 16)
    assert figures(["a"], ["a"])["mcc"] == 0.0


def test_calibration_error_of_ten_bins() -> None:
    assert calibration_error([1.0, 0.0], [True, False], [1, 1]) == 0.0
    assert calibration_error([0.95, 0.95], [True, False], [1, 1]) == pytest.approx(0.45)
