"""What the options of `continuo generate` mean: seeds, controls, and which file goes where."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from bridge.commands.errors import UserError

MIDI_SUFFIXES = (".mid", ".midi")
# Seeds travel over OSC as 32-bit integers.
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Job:
    """One accompaniment to make: the melody's file, the seed, and where the result goes."""

    melody: Path
    seed: int
    output: Path


def parse_seeds(seed: int | None, seeds: str | None) -> list[int]:
    """Read `--seed 7` or `--seeds 1,2,3`; the default is seed 0."""
    if seed is not None and seeds is not None:
        raise UserError("give --seed or --seeds, not both")
    words = [str(seed or 0)] if seeds is None else [w.strip() for w in seeds.split(",")]
    out: list[int] = []
    for word in words:
        if not (word.isascii() and word.isdecimal()) or int(word) > LARGEST_SEED:
            raise UserError(f"seeds must be whole numbers in 0..{LARGEST_SEED}, got {word!r}")
        if int(word) not in out:
            out.append(int(word))
    return out


def parse_controls(settings: Sequence[str]) -> dict[str, float]:
    """Read `--set name=value`, the last one winning."""
    out: dict[str, float] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not (equals and name.strip()):
            raise UserError(f"--set must look like control=value, got {setting!r}")
        try:
            value = float(text)
        except ValueError:
            raise UserError(f"{name.strip()} must be a number, got {text!r}") from None
        if not isfinite(value):
            raise UserError(f"{name.strip()} must be a finite number, got {text!r}")
        out[name.strip()] = value
    return out


def plan(melodies: Sequence[Path], seeds: Sequence[int], out: str | None, model: str) -> list[Job]:
    """Say where each result goes; UserError if two would meet or a melody would be lost."""
    folder, name = _destination(out, model)
    if name and len(melodies) * len(seeds) > 1:
        raise UserError(f"--out {out} is one file, but there are several results: give a folder")
    jobs = [
        Job(melody, seed, folder / (name or _name(melody, seed if len(seeds) > 1 else None, tail)))
        for melody in melodies
        for tail in ["" if out is not None else f"-{model}"]
        for seed in seeds
    ]
    _check_apart(jobs)
    _check_writable(folder)
    return jobs


def _destination(out: str | None, model: str) -> tuple[Path, str]:
    """Give the folder, and the file's name if `--out` names one file."""
    if out is None:
        return Path(), ""
    path = Path(out)
    if path.is_dir() or out.endswith(("/", "\\")) or not path.suffix:
        return path, ""
    if path.suffix.lower() not in MIDI_SUFFIXES:
        raise UserError(f"--out must be a folder or end in .mid, got {out}")
    return path.parent, path.name


def _name(melody: Path, seed: int | None, tail: str) -> str:
    return f"{melody.stem}{tail}{'' if seed is None else f'-{seed}'}.mid"


def _check_apart(jobs: Sequence[Job]) -> None:
    melodies = {job.melody.resolve() for job in jobs}
    taken: dict[Path, Job] = {}
    for job in jobs:
        output = job.output.resolve()
        if output in melodies:
            raise UserError(f"{job.output} is a melody itself: choose another --out")
        if output in taken:
            raise UserError(
                f"{taken[output].melody} and {job.melody} would both be written to {job.output}: "
                "rename one, or run them one by one"
            )
        taken[output] = job


def _check_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"cannot write to the folder {folder}: {reason}") from None
