"""`continuo models`: which generators there are, and which cannot be used, and why."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from models.catalogue import Entry, list_models, user_folder


@click.command("models")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def command(as_json: bool) -> None:
    """List the models by the number with which a MIDI program change picks them."""
    entries = list_models()
    if as_json:
        click.echo(json.dumps(_document(entries), indent=2))
        return
    usable = [e for e in entries if e.manifest]
    if usable:
        _print_table(usable)
    else:
        click.echo("There is no model yet. Make one: continuo train")
    for entry in entries:
        if entry.error:
            click.echo(f"Cannot be used: {entry.error} ({entry.path})")
        elif entry.hides:
            click.echo(f"Your own {entry.name} is used in place of {entry.hides}.")
    click.echo(f"Your own models go to {user_folder()}")


def _document(entries: list[Entry]) -> dict[str, Any]:
    return {"folder": str(user_folder()), "models": [_item(i, e) for i, e in _numbered(entries)]}


def _numbered(entries: list[Entry]) -> list[tuple[int | None, Entry]]:
    """Count the usable ones from 1, as people count programs."""
    return [(i if e.manifest else None, e) for i, e in enumerate(entries, start=1)]


def _item(number: int | None, entry: Entry) -> dict[str, Any]:
    head = {"number": number, "name": entry.name, "path": str(entry.path), "error": entry.error}
    head["shipped"] = entry.shipped
    head["size_bytes"] = _size_bytes(entry.path)
    return {**head, "manifest": asdict(entry.manifest) if entry.manifest else None}


def _print_table(usable: list[Entry]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for title in ("", "name", "technique", "style", "tracks", "parameters", "licence", "size"):
        table.add_column(title, justify="right" if title in ("", "parameters", "size") else "left")
    table.add_column("where", overflow="fold")
    for number, entry in _numbered(usable):
        manifest = entry.require()
        cells = (
            entry.name,
            manifest.technique,
            manifest.style,
            ", ".join(t.name for t in manifest.tracks),
            f"{manifest.parameters:,}",
            manifest.licence,
            f"{_size_bytes(entry.path) / 1e6:.1f} MB",
            "shipped" if entry.shipped else str(entry.path.parent),
        )
        # What a file says of itself must not be taken for markup.
        table.add_row(str(number), *(_plain(cell) for cell in cells))
    Console().print(table)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape("".join(c if c.isprintable() else " " for c in text))


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
