"""`continuo render`: MIDI files as sound files, with what pip installs alone."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bridge.commands.configured import ConfiguredCommand
from bridge.commands.errors import EXIT_CODE, UserError
from bridge.commands.progress import ProgressReporter
from bridge.sound.fluidsynth import named_sound_font
from bridge.sound.render_file import Rendered, render_file
from models.errors import ContinuoError
from models.sound.audio_file import KINDS

_KINDS = [kind.removeprefix(".") for kind in KINDS]


@click.command("render", cls=ConfiguredCommand)
@click.argument("files", nargs=-1, required=True, metavar="FILE.mid...")
@click.option("--out", help="A folder, or the file for a single result.  [default: this folder]")
@click.option(
    "--format",
    "kind",
    type=click.Choice(_KINDS),
    help="The kind of sound file, where --out names none.  [default: wav]",
)
@click.option(
    "--soundfont",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own .sf2 or .sf3, played by FluidSynth if that is installed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(
    files: tuple[str, ...],
    out: str | None,
    kind: str | None,
    soundfont: Path | None,
    as_json: bool,
) -> None:
    """Render MIDI files as sound: .wav, .ogg, .mp3 or .flac.

    Programs, drums on channel 10, volume, pan, bends and the sustain pedal are heard. The sound
    bank with the usual instruments travels along; nothing else need be installed.
    """
    jobs = plan([Path(file) for file in files], out, kind)
    render_all(jobs, soundfont, as_json)


def render_all(
    jobs: Sequence[tuple[Path, Path]], soundfont: Path | None, as_json: bool = False
) -> None:
    """Render each (MIDI file, sound file); leave with exit code 2 if one of them failed."""
    font = named_sound_font() if soundfont is None else soundfont
    if font is not None and not font.is_file():
        raise UserError(f"there is no sound font {font}: give the path of an .sf2 or .sf3 file")
    done: list[dict[str, Any]] = []
    failed: list[dict[str, str]] = []
    with ProgressReporter(len(jobs), quiet=as_json) as teller:
        for midi, target in jobs:
            try:
                with teller.step(midi.name):
                    done.append(_render(teller, midi, target, font))
            except ContinuoError as error:
                failed.append({"input": str(midi), "error": str(error)})
                teller.fault(str(error))
    if as_json:
        click.echo(json.dumps({"files": done, "failed": failed}, indent=2))
    if failed:
        raise click.exceptions.Exit(EXIT_CODE)


def _render(
    teller: ProgressReporter, midi: Path, target: Path, font: Path | None
) -> dict[str, Any]:
    rendered = render_file(midi, target, font, lambda share: teller.share(midi.name, share))
    teller.say(f"{target}: {_length(rendered.seconds)} of sound, {rendered.notes} notes")
    for notice in rendered.notices:
        teller.say(f"{midi}: {notice}")
    return _entry(midi, rendered)


def _entry(midi: Path, rendered: Rendered) -> dict[str, Any]:
    return {
        "input": str(midi),
        "output": str(rendered.path),
        "seconds": round(rendered.seconds, 3),
        "notes": rendered.notes,
        "notices": list(rendered.notices),
    }


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def plan(files: Sequence[Path], out: str | None, kind: str | None) -> list[tuple[Path, Path]]:
    """Say where each file's sound goes; UserError if two would meet or a kind is unknown."""
    path = Path(out or "")
    names_file = bool(out) and path.suffix != "" and not path.is_dir()
    if not names_file:
        jobs = [(file, path / f"{file.stem}.{kind or 'wav'}") for file in files]
    elif path.suffix.lower() not in KINDS:
        raise UserError(f"--out must be a folder or end in {', '.join(KINDS)}, got {out}")
    elif kind is not None and path.suffix.lower() != f".{kind}":
        raise UserError(f"--out {out} and --format {kind} disagree: leave --format away")
    elif len(files) > 1:
        raise UserError(f"--out {out} is one file, but there are {len(files)}: give a folder")
    else:
        jobs = [(files[0], path)]
    _check(jobs)
    return jobs


def _check(jobs: Sequence[tuple[Path, Path]]) -> None:
    taken: dict[Path, Path] = {}
    for midi, target in jobs:
        if target in taken:
            raise UserError(f"{taken[target]} and {midi} would both become {target}: rename one")
        taken[target] = midi
    folder = jobs[0][1].parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"cannot make the folder {folder}: {reason}") from None
