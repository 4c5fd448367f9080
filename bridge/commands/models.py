"""`continuo models`: which generators there are, what each can do, and which cannot be used."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from bridge.commands.errors import UserError
from bridge.commands.model_choice import usable_model
from bridge.commands.plain_text import printable
from bridge.settings import Channels, program_words
from models.artifact.catalogue import (
    CatalogueEntry,
    find,
    list_models,
    model_folders,
    user_folder,
)
from models.artifact.manifest import ControlSpec, Manifest
from models.music.clip import Track
from models.user_folders import NoHomeError


@click.command("models")
@click.argument("name", required=False, metavar="[NAME | remove NAME]")
@click.argument("removed", required=False, metavar="")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def command(name: str | None, removed: str | None, as_json: bool) -> None:
    """List the models, or show one with its controls and its file.

    A MIDI program change picks a model by its place in the list: program 1 (sent as 0) is the
    first.
    """
    entries = list_models()
    if removed is not None or name == "remove":
        _remove(name, removed, entries)
        return
    numbered = [_chosen(name, entries)] if name is not None else _numbered(entries)
    if as_json:
        click.echo(json.dumps(_document(numbered), indent=2))
    elif name is not None:
        for line in describe(*numbered[0]):
            click.echo(line)
    else:
        _list(entries)


def _list(entries: list[CatalogueEntry]) -> None:
    usable = [e for e in entries if e.manifest]
    if usable:
        _print_table(usable)
        click.echo(f"Number 1 is MIDI {program_words(0)}.")
        click.echo("A model's controls and its file: continuo models NAME")
    else:
        click.echo("There is no model yet. Make one: continuo train")
    for entry in entries:
        if entry.error:
            click.echo(f"Cannot be used: {entry.error} ({entry.path})")
        elif entry.hides:
            click.echo(f"Your own {entry.name} is used in place of {entry.hides}.")
    try:
        click.echo(f"Your own models go to {user_folder()}")
    except NoHomeError as error:
        click.echo(f"There is no place for models of your own: {error}")


def _remove(action: str | None, name: str | None, entries: list[CatalogueEntry]) -> None:
    """Delete one of the user's own models; those that ship with Continuo stay."""
    if action != "remove" or name is None:
        raise UserError("to see a model: continuo models NAME; to delete one: ... remove NAME")
    entry = find(name, entries)
    if entry.shipped:
        raise UserError(f"{name} ships with Continuo and stays: only your own are removed")
    try:
        entry.path.unlink()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"cannot delete {entry.path}: {reason}") from None
    click.echo(f"deleted {entry.path}")
    if entry.hides:
        click.echo(f"{name} is {entry.hides} again")


def _chosen(name: str, entries: list[CatalogueEntry]) -> tuple[int | None, CatalogueEntry]:
    entry = usable_model(name, entries)
    return next((number, e) for number, e in _numbered(entries) if e is entry)


def describe(number: int | None, entry: CatalogueEntry) -> list[str]:
    """Show one model as text: what it plays, its file, each control with its range."""
    manifest = entry.require()
    head = [f"{entry.name}: {manifest.title}", *_words(manifest)]
    if number is not None:
        head.append(f"MIDI: {program_words(number - 1)}")
    head.append(f"File: {entry.path} ({_size(entry.path)})")
    if not manifest.controls:
        return [*map(printable, head), "Controls: none"]
    controls = [line for control in manifest.controls for line in _control(control)]
    return [printable(line) for line in [*head, "Controls (--set NAME=VALUE):", *controls]]


def _words(manifest: Manifest) -> list[str]:
    facts = {
        "Technique": manifest.technique,
        "Style": manifest.style,
        "Tracks": ", ".join(_tracks(manifest)),
        "Meters": ", ".join(manifest.meters),
        "Parameters": f"{manifest.parameters:,}",
        "Licence": manifest.licence,
    }
    described = [manifest.description] if manifest.description else []
    return described + [f"{title}: {fact}" for title, fact in facts.items() if fact]


def _tracks(manifest: Manifest) -> list[str]:
    """Give each track with its instrument, and the channel that `play` gives it unless told."""
    from pretty_midi import program_to_instrument_name  # slow to load: not for `--help`

    tracks = [Track(t.name, program=t.program, channel=t.channel) for t in manifest.tracks]
    words = []
    for track, channel in zip(tracks, Channels().of(tracks), strict=True):
        instrument = "" if track.is_drum else f": {program_to_instrument_name(track.program)}"
        words.append(f"{track.name} (channel {channel + 1}{instrument})")
    return words


def _control(control: ControlSpec) -> list[str]:
    unit = f" {control.unit}" if control.unit else ""
    head = f"  {control.name}  {control.low:g} to {control.high:g}{unit}"
    said = control.description or control.title
    default = control.default or 0.0  # no musician reads -0
    return [f"{head}, {default:g} if not set", *([f"      {said}"] if said else [])]


def _document(numbered: list[tuple[int | None, CatalogueEntry]]) -> dict[str, Any]:
    folder = [*map(str, model_folders())][1:]
    return {"folder": folder[0] if folder else None, "models": [_item(i, e) for i, e in numbered]}


def _numbered(entries: list[CatalogueEntry]) -> list[tuple[int | None, CatalogueEntry]]:
    """Count the usable ones from 1, as people count programs."""
    return [(i if e.manifest else None, e) for i, e in enumerate(entries, start=1)]


def _item(number: int | None, entry: CatalogueEntry) -> dict[str, Any]:
    head = {"number": number, "name": entry.name, "path": str(entry.path), "error": entry.error}
    head["shipped"] = entry.shipped
    head["size_bytes"] = _size_bytes(entry.path)
    return {**head, "manifest": asdict(entry.manifest) if entry.manifest else None}


def _print_table(usable: list[CatalogueEntry]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for title in ("", "name", "technique", "style", "tracks", "controls", "size"):
        table.add_column(title, justify="right" if title in ("", "size") else "left")
    for number, entry in _numbered(usable):
        manifest = entry.require()
        cells = (
            entry.name,
            manifest.technique,
            manifest.style,
            ", ".join(t.name for t in manifest.tracks),
            ", ".join(c.name for c in manifest.controls),
            _size(entry.path),
        )
        # What a file says of itself must not be taken for markup.
        table.add_row(str(number), *(_plain(cell) for cell in cells))
    Console().print(table)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(printable(text))


def _size(path: Path) -> str:
    return f"{_size_bytes(path) / 1e6:.1f} MB"


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
