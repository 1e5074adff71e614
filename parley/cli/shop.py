"""`parley shop`: a shop's own data, in and out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from parley.cli.console import ConfigOption, err, out, read_config

if TYPE_CHECKING:
    from dialogue.shop import Shop

app = typer.Typer(
    help=(
        "The shop that Parley acts for: its products, customers and orders. Bring them in from JSON, and "
        "take them out again. `parley shop sample` makes up a shop to try things with; docs/shop.md has "
        "the shape of the JSON."
    ),
    no_args_is_help=True,
)

IMPORT_PATIENCE = 30.0
"""Seconds for a lock or a statement when nobody waits on the line."""

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="SQLAlchemy URL, sqlite:////srv/shop.db for example. Default: shop.url in config.yaml.",
    ),
]


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)


def _url(database: str | None, config: Path | None) -> str:
    return database or read_config(config, dict(os.environ)).shop_url


def _open(url: str) -> Shop:
    from dialogue.shop import Shop, connect  # noqa: PLC0415 - not needed to show the help

    shop = Shop(connect(url, patience=IMPORT_PATIENCE))
    shop.open()
    return shop


@app.command("import")
def import_shop(
    file: Annotated[Path, typer.Argument(help="JSON with products, users and orders; - for standard input.")],
    database: DatabaseOption = None,
    currency: Annotated[
        str, typer.Option(metavar="CODE", help="ISO 4217 code of all prices: USD, EUR, CNY ...")
    ] = "USD",
    config: ConfigOption = None,
) -> None:
    """Replace products, customers and orders by those of a JSON file.

    parley shop import db.json

    parley shop sample | parley shop import -

    All or nothing: the file is checked whole, then written in one transaction.
    Audit, tickets and invoice requests that the database has stay.
    """
    from dialogue.shop import read_json  # noqa: PLC0415 - not needed to show the help

    shop = read_json(file)
    counts = _bring_in(
        shop, "standard input" if str(file) == "-" else str(file), _url(database, config), currency
    )
    out.print(f"{counts['products']} products, {counts['users']} users and {counts['orders']} orders are in.")


def _bring_in(value: object, name: str, url: str, currency: str) -> dict[str, int]:
    from dialogue.shop import Shop, bring_in, check, connect, create_schema  # noqa: PLC0415

    parts = value.values() if isinstance(value, dict) else ()
    total = sum(len(part) for part in parts if isinstance(part, dict))
    with _bar("checking", total) as step:
        shop = check(value, name, step)
    engine = connect(url, patience=IMPORT_PATIENCE, create=True)
    create_schema(engine, currency.upper())
    opened = Shop(engine)
    try:
        with _bar("bringing in", total) as step, opened.writing() as session:
            bring_in(session, shop, step)
    finally:
        opened.close()
    return {section: len(entries) for section, entries in shop.items()}


@app.command("export")
def export_shop(
    file: Annotated[Path, typer.Argument(help="Where to write the JSON; - for standard output.")] = Path("-"),
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Write products, customers and orders in the shape that they came in.

    What was imported and not changed comes back exactly.
    """
    from dialogue.shop import take_out  # noqa: PLC0415 - not needed to show the help

    shop = _open(_url(database, config))
    try:
        with shop.reading() as session:
            _write(take_out(session), file)
    finally:
        shop.close()


@app.command()
def sample(
    seed: Annotated[int, typer.Option(help="Another seed makes another shop, the same seed the same.")] = 1,
    file: Annotated[
        Path, typer.Option("--out", help="Where to write the JSON; - for standard output.")
    ] = Path("-"),
    database: Annotated[
        str | None,
        typer.Option(
            "--database", metavar="URL", help="Bring it into this database instead of writing JSON."
        ),
    ] = None,
) -> None:
    """Make up a shop in English and Mandarin: 24 products, 160 customers, 420 orders.

    parley shop sample --seed 7 --database sqlite:////srv/sample.db
    """
    from dialogue.shop.sample import sample_shop  # noqa: PLC0415 - not needed to show the help

    shop = sample_shop(seed)
    if database is None:
        _write(shop, file)
    else:
        counts = _bring_in(shop, f"sample {seed}", database, "USD")
        out.print(
            f"{counts['products']} products, {counts['users']} users and {counts['orders']} orders are in."
        )


def _write(shop: Any, file: Path) -> None:
    from dialogue.shop import ShopError  # noqa: PLC0415 - not needed to show the help

    text = json.dumps(shop, ensure_ascii=False, indent=2)
    if str(file) == "-":
        typer.echo(text)
        return
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise ShopError(f"{file}: {error.strerror}") from error


@app.command()
def tickets(
    database: DatabaseOption = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """List the tickets that are not done, after bringing in those that waited in the journal."""
    from sqlalchemy import select  # noqa: PLC0415 - not needed to show the help

    from dialogue.shop.tables import TicketRow  # noqa: PLC0415
    from dialogue.tools import TicketOffice  # noqa: PLC0415

    settings = read_config(config, dict(os.environ))
    shop = _open(database or settings.shop_url)
    try:
        brought = TicketOffice(shop, settings.ticket_journal).bring_in()
        with shop.reading() as session:
            open_ones = select(TicketRow).where(TicketRow.done.is_(False)).order_by(TicketRow.at)
            rows = [_ticket(row) for row in session.scalars(open_ones)]
    finally:
        shop.close()
    if as_json:
        typer.echo(json.dumps({"brought_in": brought, "tickets": rows}, ensure_ascii=False))
        return
    table = Table("ticket", "since", "user", "subject", "text")
    for row in rows:
        table.add_row(row["number"], row["at"], row["user_id"] or "", row["subject"], row["text"])
    out.print(table)


def _ticket(row: Any) -> dict[str, Any]:
    names = ("number", "call_id", "user_id", "subject", "text", "request")
    return {"at": row.at.isoformat(), **{name: getattr(row, name) for name in names}}
