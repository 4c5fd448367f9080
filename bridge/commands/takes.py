"""`continuo takes`: what was saved while playing, to be listed, heard, kept, dropped, rendered."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from bridge.commands.errors import UserError
from bridge.storage.take_list import SavedTake, find_take, list_takes
from bridge.storage.take_store import default_folder, judge_take

FOLDER = click.option(
    "--takes",
    "folder",
    type=click.Path(path_type=Path),
    help="The folder of takes.  [default: your data folder]",
)
WHICH = click.argument("names", nargs=-1, metavar="[TAKE]...")


@click.group("takes", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List, hear, keep, drop and render takes; alone, it lists them.

    TAKE is a number of the list (1 is the newest), an id, or a file's name; left out, the newest.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_command, folder=None, everything=False, as_json=False)


@command.command("list")
@FOLDER
@click.option(
    "--all", "everything", is_flag=True, help="Show more than the newest 20, and dropped."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_command(folder: Path | None, everything: bool, as_json: bool) -> None:
    """List the takes, the newest first."""
    folder = folder or default_folder()
    takes = list_takes(folder)
    if as_json:
        entries = [{**asdict(take), "midi": str(take.midi)} for take in takes]
        click.echo(json.dumps({"folder": str(folder), "takes": entries}, indent=2))
        return
    shown = takes if everything else [t for t in takes if t.verdict != "dropped"][:20]
    for take in shown:
        click.echo(_line(take))
    if len(shown) < len(takes):
        click.echo(f"{len(takes) - len(shown)} more: continuo takes list --all")
    click.echo(f"{'Takes' if takes else 'No takes yet; they'} lie in {folder}")


def _line(take: SavedTake) -> str:
    bars = f"{take.bars} bar{'s' if take.bars != 1 else ''}"
    made = f"{take.model} seed {take.seed}" if take.model else "melody alone"
    head = f"{take.number:4}  {take.saved.replace('T', ' ')}  {made}, {bars}, {take.bpm:g} bpm"
    named = f"{head}  “{take.title}”" if take.title else head
    return f"{named}{f'  ({take.verdict})' if take.verdict else ''}"


@command.command("keep")
@WHICH
@FOLDER
def keep_command(names: tuple[str, ...], folder: Path | None) -> None:
    """Mark takes as kept: scripts of DAWs insert these."""
    _judge(_chosen(names, folder), "kept")


@command.command("drop")
@WHICH
@FOLDER
def drop_command(names: tuple[str, ...], folder: Path | None) -> None:
    """Mark takes as dropped; their files stay where they are."""
    _judge(_chosen(names, folder), "dropped")


def _judge(takes: Sequence[SavedTake], verdict: str) -> None:
    for take in takes:
        judge_take(take.json, verdict)
        click.echo(f"{take.midi.name} is {verdict}")


@command.command("render")
@WHICH
@FOLDER
@click.option("--out", help="A folder, or the file for a single take.  [default: this folder]")
@click.option("--soundfont", type=click.Path(path_type=Path), help="Your own .sf2 or .sf3.")
def render_command(
    names: tuple[str, ...], folder: Path | None, out: str | None, soundfont: Path | None
) -> None:
    """Render takes as sound files."""
    from bridge.commands.render import plan, render_all

    files = [take.midi for take in _chosen(names, folder)]
    render_all(plan(files, out, None), soundfont)


@command.command("play")
@WHICH
@FOLDER
def play_command(names: tuple[str, ...], folder: Path | None) -> None:
    """Let takes be heard in the system's own player."""
    import tempfile

    from bridge.commands.render import render_all

    takes = _chosen(names, folder)
    # The player reads it after this command has ended.
    jobs = [(t.midi, Path(tempfile.gettempdir()) / f"{t.midi.stem}.wav") for t in takes]
    render_all(jobs, None)
    for _, wav in jobs:
        _open(wav)


@command.command("open")
@FOLDER
def open_command(folder: Path | None) -> None:
    """Open the folder of takes."""
    folder = folder or default_folder()
    if not folder.is_dir():
        raise UserError(f"there are no takes yet: the folder {folder} comes with the first")
    _open(folder)


def _open(path: Path) -> None:
    if click.launch(str(path)):
        raise UserError(f"nothing here opens {path}: open it by hand")
    click.echo(f"opened {path}")


def _chosen(names: Sequence[str], folder: Path | None) -> list[SavedTake]:
    takes = list_takes(folder or default_folder())
    return [find_take(takes, name) for name in names or ("last",)]
