"""The report on a dataset as text and tables for the terminal."""

from collections.abc import Mapping

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bridge.commands.plain_text import printable
from models.data.report import DatasetReport
from models.music.chord_names import pitch_name

_SHOWN = 12  # keys and meters in a line


def print_report(folder: str, found: DatasetReport, reasons: int) -> None:
    """Print the report on standard output, with at most this many of the files left out."""
    for line in _lines(folder, found):
        click.echo(line)
    Console().print(_roles(found))
    if found.other_roles:
        click.echo(f"Too rare to be learnt: {_counts(found.other_roles)}")
    if not found.left_out:
        return
    click.echo(f"Left out: {len(found.left_out)} files ({_counts(found.refused)})")
    for out in found.left_out[:reasons]:
        click.echo(printable(f"  {out}"))
    more = len(found.left_out) - reasons
    if more > 0:
        click.echo(f"  and {more} more: --all lists them")


def _lines(folder: str, found: DatasetReport) -> list[str]:
    lines = [
        f"{printable(folder)}: {found.train} pieces to learn from, {found.valid} to choose by",
        f"{found.bars:,} bars, {found.hours:.1f} hours, {found.notes:,} notes "
        f"({found.notes_per_bar:.1f} a bar), {found.polyphony:.1f} voices sounding at once",
        f"Keys (by the notes): {_counts(found.keys)}",
        f"Meters (bars): {_counts(found.meters)}",
        f"Melodies found: {_counts(found.melodies)}",
        f"Grid of {found.steps_per_beat} steps a beat: {_percent(found.off_grid)} of the onsets "
        f"are beside it, {_percent(found.triplets)} are triplets",
    ]
    if found.triplet_heavy and found.steps_per_beat % 3:
        names = ", ".join(found.triplet_heavy[:3])
        lines.append(
            f"{len(found.triplet_heavy)} pieces are full of triplets, which this grid bends "
            f"(--steps-per-beat 12 keeps them): {printable(names)}"
        )
    if found.valid == 0:
        lines.append("Too few pieces to keep one for validation: training needs at least 2")
    return lines


def _roles(found: DatasetReport) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("track", "role", "pieces", "notes", "a bar", "lowest", "highest"):
        table.add_column(title, justify="left" if title in ("track", "role") else "right")
    for track in found.tracks:
        # What a file says of itself must not be taken for markup.
        table.add_row(
            escape(printable(track.name)),
            track.role,
            str(track.pieces),
            f"{track.notes:,}",
            f"{track.notes_per_bar:.1f}",
            pitch_name(track.low),
            pitch_name(track.high),
        )
    return table


def _counts(counts: Mapping[str, int]) -> str:
    shown = [f"{name} {count}" for name, count in list(counts.items())[:_SHOWN]]
    more = len(counts) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
