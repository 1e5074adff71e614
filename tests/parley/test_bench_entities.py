"""The counting of `parley bench entities`; what it measures needs the models."""

from __future__ import annotations

from typer.testing import CliRunner

from dialogue.entities import Entity, Source
from dialogue.entities.forms import Form, load_forms
from parley.benches.entities import Told, figures, spread
from parley.cli.app import app

FORM = Form("order", "en", "#W1", "W one")


def told(value: str | None, *, alternatives: tuple[str, ...] = ()) -> Told:
    source: Source = "unsure" if alternatives else "heard"
    entity = Entity("order", value, 0, 1, 0.5, source, alternatives) if value else None
    return Told(FORM, "heard", entity)


def test_only_the_very_value_is_right() -> None:
    outcomes = [
        told("#W1").outcome,
        told("#W2").outcome,
        told(None).outcome,
        told("#W1", alternatives=("#W1", "#W2")).outcome,
        told("#W2", alternatives=("#W2", "#W3")).outcome,
    ]
    assert outcomes == ["right", "wrong", "missed", "unsure", "wrong"]


def test_figures_count_by_language_and_kind_and_name_the_failures() -> None:
    result = figures([told("#W1"), told("#W1"), told("#W2"), told(None)])
    counts = {"forms": 4, "right": 2, "unsure": 0, "missed": 1, "wrong": 1, "accuracy": 0.5}
    assert result["all"] == result["en"] == result["kinds"]["en"]["order"] == counts
    assert [(one["found"], one["outcome"]) for one in result["failures"]] == [
        ("#W2", "wrong"),
        (None, "missed"),
    ]


def test_a_limit_takes_forms_of_every_kind() -> None:
    chosen = spread(load_forms().said, "en", 30)
    assert len(chosen) == 30
    assert len({form.kind for form in chosen}) >= 12


def test_an_unknown_language_is_refused() -> None:
    result = CliRunner().invoke(app, ["bench", "entities", "--language", "fr"])
    assert result.exit_code == 2
    assert "expected en or zh" in result.output
