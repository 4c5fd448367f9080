"""What every generator answers: rows of notes in, rows of notes out; rows and tracks converted."""

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.artifact.manifest import (
    ENDS,
    HEARD,
    RESERVED_CONTROLS,
    SECTION,
    ArtifactError,
    Manifest,
)
from models.errors import ContinuoError
from models.music.clip import Clip, Note
from models.suggestions import near_names

Rows = NDArray[np.float32]  # [N, 5]: track, start, duration, pitch, velocity

MELODY = 0
CHORDS = -1  # rows of chords that lead, for those who hear them
PHRASES = -2  # rows of the notes on which phrases end, but for the last, likewise
# float32 beats: a start computed inside a generator may miss a bar line by this much.
SLACK = 1e-3


class GeneratorError(ArtifactError):
    """A generator failed while it was generating."""


class UnansweredError(GeneratorError):
    """A generator that never answers: asking it again is of no use."""


class ControlError(ContinuoError, ValueError):
    """A control is unknown or out of range: the user's mistake."""


class Planning(Protocol):
    """A generator that plans chords before it writes, and tells them."""

    has_plan: bool

    def plan(
        self, rows: Rows, begin: float, end: float, controls: Mapping[str, float], seed: int
    ) -> Rows:
        """Give the chords under what `generate` answers to the same call, [N, 7].

        A row is (start, duration, root, bass, tones, key, certainty): beats, pitch classes, tones
        as bits of a number, the key 0..23 (minor from 12 on), and how likely it is.
        """


class Generator(Protocol):
    """Anything that answers notes with notes."""

    @property
    def manifest(self) -> Manifest:
        """What it plays and which controls it has."""

    def generate(
        self, rows: Rows, begin: float, end: float, controls: Mapping[str, float], seed: int
    ) -> Rows:
        """Answer with the rows that it puts into [begin, end); beat 0 is a bar line."""


def rows_from_clips(clips: Iterable[tuple[int, Clip]]) -> Rows:
    """Put the notes of (track number, clip) pairs into rows, in order of start."""
    rows = [
        (number, n.start, n.duration, n.pitch, n.velocity) for number, c in clips for n in c.notes
    ]
    rows.sort(key=lambda row: (row[1], row[0], row[3]))
    return np.array(rows, dtype=np.float32).reshape(-1, 5)


def clip_from_rows(rows: Rows, track: int, length: float) -> Clip:
    """Take the notes of one track out of checked rows, into a clip of `length` beats."""
    notes = tuple(
        Note(float(start), float(duration), round(pitch), round(velocity))
        for _, start, duration, pitch, velocity in rows[rows[:, 0] == track].tolist()
    )
    return Clip(notes, length)


def check_rows(rows: object, manifest: Manifest, begin: float, end: float) -> Rows:
    """Give a generator's answer back if it keeps the contract; else raise ArtifactError."""
    if not isinstance(rows, np.ndarray) or rows.dtype != np.float32:
        raise ArtifactError(f"it must answer with float32, got {getattr(rows, 'dtype', rows)}")
    if rows.ndim != 2 or rows.shape[1] != 5:
        raise ArtifactError(f"it must answer with rows of 5 numbers, got the shape {rows.shape}")
    if not len(rows):
        return rows
    if not np.isfinite(rows).all():
        raise ArtifactError(f"it answered with a note that is no number: {_first_odd(rows)}")
    track, start, duration, pitch, velocity = rows.T
    allowed = manifest.track_numbers
    _require(np.isin(track, allowed), track, f"track {allowed.start}..{allowed.stop - 1}")
    inside = (start >= begin - SLACK) & (start < end + SLACK)
    _require(inside, start, f"start from {begin:g} up to {end:g} beats")
    _require(duration >= 0, duration, "duration of at least 0 beats")
    _require((pitch >= 0) & (pitch <= 127) & (pitch % 1 == 0), pitch, "pitch 0..127")
    _require((velocity >= 1) & (velocity <= 127), velocity, "velocity 1..127")
    return rows


def _require(good: NDArray[np.bool_], column: NDArray[np.float32], rule: str) -> None:
    if not good.all():
        raise ArtifactError(f"its notes must have a {rule}, got {column[~good][0]:g}")


def _first_odd(rows: Rows) -> list[float]:
    found: list[float] = rows[~np.isfinite(rows).all(axis=1)][0].tolist()
    return found


def resolve_controls(
    manifest: Manifest,
    given: Mapping[str, float],
    beats_per_bar: float,
    bpm: float,
    beat: float = 1.0,
) -> dict[str, float]:
    """Give every control its value: the given ones checked, the others at their default.

    `beat` is the meter's beat in quarters: 1.5 in 6/8, 9/8 and 12/8.
    HEARD, the beat up to which the melody is known, SECTION, the number of one of its sections from
    1 on, and ENDS may be given to any model; who has no sections is not told of the latter.
    """
    known = {c.name: c for c in manifest.controls}
    for name, value in given.items():
        if name in (HEARD, ENDS):
            continue
        if name == SECTION:
            _check_section(manifest, value)
            continue
        if name not in known:
            raise ControlError(_unknown_control(manifest, name))
        control = known[name]
        if not control.low <= value <= control.high:
            raise ControlError(
                f"{name} must be in {control.low:g}..{control.high:g}, got {value:g}"
            )
    defaults = {c.name: c.default for c in manifest.controls}
    reserved = {"beats_per_bar": float(beats_per_bar), "bpm": float(bpm), "beat": float(beat)}
    told = {n: v for n, v in given.items() if n not in (SECTION, ENDS) or manifest.sections}
    values = {n: float(v) for n, v in told.items()}
    return {**defaults, **values, **reserved}


def _check_section(manifest: Manifest, value: float) -> None:
    most = len(manifest.sections)
    if most and not (0 <= value <= most and value == int(value)):
        have = ", ".join(f"{i} {s.name}" for i, s in enumerate(manifest.sections, start=1))
        raise ControlError(f"section must be 0 (none) or one of {have}, got {value:g}")


def _unknown_control(manifest: Manifest, name: str) -> str:
    if name in RESERVED_CONTROLS:
        return f"{name} comes from the melody's own meter and tempo and cannot be set"
    names = [c.name for c in manifest.controls]
    if not names:
        return f"no control {name!r}: {manifest.name} has none"
    return f"no control {name!r} in {manifest.name}; {near_names(name, names)}"
