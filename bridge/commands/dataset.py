"""`continuo dataset`: what a folder of music holds to learn from; the chorales for anybody."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.commands.errors import UserError
from bridge.commands.numbers import Number, Whole
from bridge.commands.pickup_option import pickup_option

if TYPE_CHECKING:
    from models.data.piece import Corpus

STYLES = ("pop-band", "jazz-combo", "folk-band")
Tell = Callable[[int, int], None]


@click.group("dataset")
def command() -> None:
    """Look at music to learn from, or fetch some."""


@command.command("report", short_help="Say what a folder holds, and what is left out.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")
@click.option(
    "--steps-per-beat",
    type=Whole(1, 48),
    default=4,
    show_default=True,
    help="The grid that notes are rounded to: 4 is sixteenths, 12 has triplets too.",
)
@pickup_option("Every file")
@click.option("--all", "all_reasons", is_flag=True, help="List every file that is left out.")
def report_command(
    folder: Path, as_json: bool, steps_per_beat: int, pickup: float, all_reasons: bool
) -> None:
    """Say what FOLDER holds to learn from: pieces, keys, meters, tracks; what is left out and why.

    FOLDER is read with all folders in it. If it has train/ and valid/, these are the two sides;
    else one piece in ten is kept for validation, by its name.
    """
    from models.data.report import report

    found = report(_load(folder, steps_per_beat, pickup))
    if as_json:
        click.echo(json.dumps(found.document(), indent=2))
        return
    from bridge.commands.dataset_table import print_report

    print_report(str(folder), found, 1_000_000 if all_reasons else 10)


def _load(folder: Path, steps_per_beat: int, pickup: float) -> "Corpus":
    from models.data.cache import load_corpus
    from models.data.limits import Limits
    from models.data.prepare import PrepareOptions

    options = PrepareOptions(Limits(steps_per_beat, pickup_beats=pickup))
    with _progress("reading") as tell:
        return load_corpus(folder, options, tell)


@command.command("bach", short_help="Write the chorales of music21 as MIDI files.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("bach"),
    show_default=True,
    help="Folder for train/, valid/, index.tsv and README.md; a part that is there is kept.",
)
@click.option(
    "--valid-share",
    type=Number(0, 0.5, max_open=True),
    default=0.2,
    show_default=True,
    help="Share of the chorales to choose by, not to learn from.",
)
def bach_command(out: Path, valid_share: float) -> None:
    """Write Bach's four-part chorales from the music21 package as MIDI files to train on.

    It takes a minute or two. Stopped and started again, it goes on where it was.
    """
    from models.data.bach_chorales import write_chorales

    with _progress("chorales") as tell:
        done = write_chorales(out, valid_share, tell)
    click.echo(
        f"{out}: {done.train} chorales to learn from, {done.valid} to choose by, "
        f"{done.left_out} left out (see {out / 'left_out.tsv'})"
    )
    click.echo(f"Look: continuo dataset report {out}; learn: continuo train {out} --name mine")


@command.command("arrange", short_help="Arrange lead sheets for a band to learn from.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--style",
    "style_name",
    type=click.Choice(STYLES),
    required=True,
    help="Which band the parts are written for.",
)
@click.option(
    "--drums",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of drum takes as STYLE/beat/*.mid and STYLE/fill/*.mid, as Groove MIDI has them; "
    "without it drums are written.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new folder.")
@click.option("--seed", type=Whole(), default=0, help="Another seed, other rhythms and takes.")
def arrange_command(
    folder: Path, style_name: str, drums: Path | None, out: Path, seed: int
) -> None:
    """Write bass, chords and drums for lead sheets: MIDI files with a melody and a track Chords.

    Rhythms and lines are those of the style, drums bars of the takes, with their timing. What comes
    out is there to train a band on: continuo train OUT --architecture band.
    """
    from models.arranging.drum_grooves import read_grooves
    from models.arranging.write import BY_NAME, write_arrangements
    from models.errors import ContinuoError

    try:
        grooves = read_grooves(drums) if drums else []
        with _progress("arranging") as tell:
            done = write_arrangements(folder, out, BY_NAME[style_name], grooves, tell, seed)
    except ContinuoError as error:
        raise UserError(str(error)) from error
    click.echo(f"{out}: {done.pieces} pieces, {len(done.left_out)} files left out")
    for left in done.left_out[:5]:
        click.echo(f"  left out: {left}")
    click.echo(f"Learn: continuo train {out} --architecture band --name mine")


@contextmanager
def _progress(what: str) -> Iterator[Tell]:
    """Show a bar on standard error if a person is watching."""
    from rich.console import Console
    from rich.progress import Progress

    hidden = not sys.stderr.isatty()
    with Progress(console=Console(stderr=True), transient=True, disable=hidden) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
