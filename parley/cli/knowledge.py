"""`parley knowledge`: what callers can be told of a shop, and where it stands."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from parley.cli.console import ConfigOption, out, read_config

if TYPE_CHECKING:
    from dialogue.knowledge import Knowledge, Ontology

app = typer.Typer(
    help=(
        "What callers can be told: the shop's catalogue and its documents as one graph. Answers come from "
        "it with their source, or not at all. docs/knowledge.md says how."
    ),
    no_args_is_help=True,
)

ShopOption = Annotated[
    str | None,
    typer.Option(
        "--shop",
        metavar="URL",
        help="SQLAlchemy URL of the shop's database; `sample` for the sample shop and its policy. "
        "Default: shop.url in config.yaml.",
    ),
]
DocumentsOption = Annotated[
    Path | None,
    typer.Option("--documents", metavar="DIR", help="Folder with the shop's rules in Markdown, or one file."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


def _fill(shop: str | None, documents: Path | None, config: Path | None) -> Knowledge:
    from dialogue.knowledge import (  # noqa: PLC0415 - not needed to show the help
        Catalogue,
        Knowledge,
        Library,
        read_documents,
        sample_documents,
    )
    from dialogue.shop import Shop, connect  # noqa: PLC0415
    from dialogue.shop.sample import sample_shop  # noqa: PLC0415

    if shop == "sample":
        rules = read_documents(documents) if documents is not None else sample_documents()
        return Knowledge(Catalogue(tuple(sample_shop()["products"].values())), rules)
    opened = Shop(connect(shop or read_config(config, dict(os.environ)).shop_url))
    try:
        opened.open()
        return Library(opened, documents).refresh()
    finally:
        opened.close()


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="As a caller would put it, in English or Chinese.")],
    language: Annotated[
        str | None, typer.Option(help="Language of the answer, en or zh. Default: that of the question.")
    ] = None,
    shop: ShopOption = None,
    documents: DocumentsOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with its source.

    parley knowledge ask "is the keyboard backlit?" --shop sample

    parley knowledge ask "退款多久到账？" --documents policy/

    Without an answer the nearest passages are shown, which a language model would get; the exit code is 3.
    """
    from dialogue.knowledge.terms import is_chinese  # noqa: PLC0415 - not needed to show the help

    if language not in {None, "en", "zh"}:
        raise typer.BadParameter(f"expected en or zh, found {language}", param_hint="--language")
    knowledge = _fill(shop, documents, config)
    answer = knowledge.ask(question, language)
    spoken = language or ("zh" if is_chinese(question) else "en")
    passages = [] if answer is not None else knowledge.passages(question, spoken)
    if as_json:
        found = {
            "question": question,
            "answer": answer.as_json() if answer is not None else None,
            "passages": [{"text": one.text, "source": str(one.source())} for one in passages],
        }
        typer.echo(json.dumps(found, ensure_ascii=False))
    elif answer is not None:
        out.print(answer.text, markup=False, soft_wrap=True)
        for source in answer.sources:
            out.print(f"  from {source}", style="dim", markup=False, soft_wrap=True)
    else:
        out.print("No answer: no fact fits all of the question.")
        for one in passages:
            out.print(f"  near: {one.source()}: {one.text}", style="dim", markup=False, soft_wrap=True)
    if answer is None:
        raise typer.Exit(3)


@app.command()
def types(as_json: JsonOption = False) -> None:
    """List the types of things that Parley knows, as a tree, in English and Chinese."""
    from dialogue.knowledge import load_ontology  # noqa: PLC0415 - not needed to show the help

    ontology = load_ontology()
    if as_json:
        found = [
            {"type": one.name, "labels": one.labels, "others": one.others, "above": one.parents}
            for one in ontology.types.values()
        ]
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    tree = Tree(f"{len(ontology.types)} types")
    _grow(tree, ontology, None)
    out.print(tree)


def _grow(tree: Tree, ontology: Ontology, above: str | None) -> None:
    for one in ontology.below(above):
        label = f"{one.name}  {one.labels.get('en', '?')} · {one.labels.get('zh', '?')}"
        _grow(tree.add(escape(label)), ontology, one.name)


@app.command()
def check(
    shop: ShopOption = None,
    documents: DocumentsOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is in the graph, and what has no name in one of the languages.

    Exit code 1 if the ontology itself is wrong.
    """
    knowledge = _fill(shop, documents, config)
    problems = list(knowledge.ontology.problems())
    lacking = list(knowledge.lacking())
    if as_json:
        found = {
            "counts": knowledge.counts(),
            "products_by_type": knowledge.products_by_type(),
            "problems": problems,
            "lacking": [{"what": one.what, "name": one.name, "language": one.language} for one in lacking],
        }
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _show_check(knowledge, problems)
        for one in lacking:
            out.print(f"no {one.language} name: {one.name} ({one.what})", markup=False, soft_wrap=True)
        if not lacking:
            out.print("Everything has a name in both languages.")
    if problems:
        raise typer.Exit(1)


def _show_check(knowledge: Knowledge, problems: list[str]) -> None:
    table = Table("in the graph", "how many")
    for name, count in knowledge.counts().items():
        table.add_row(name, str(count))
    for name, count in sorted(knowledge.products_by_type().items()):
        table.add_row(f"  {name}", str(count))
    out.print(table)
    for problem in problems:
        out.print(problem, style="bold red", markup=False)
