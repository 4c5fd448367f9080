"""One call of a generator: a stretch of the piece in, its notes at their place in the piece out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.artifact.generator import (
    CHORDS,
    Generator,
    Rows,
    clip_from_rows,
    resolve_controls,
    rows_from_clips,
)
from models.artifact.manifest import ACCOMPANY, CHORDS_HEARD, COMPOUND, ENDS, HEARD, Manifest
from models.music.clip import Clip, Note
from models.music.tempo import EPSILON
from models.techniques.compound import BEAT, bent, is_compound, moved, simple_meter, straight
from models.techniques.windows import Window


@dataclass(frozen=True)
class Call:
    """What a generator is asked for a window: rows, the stretch, controls; in a bent meter or not.

    Networks that accompany hear a compound meter as a simple one; the others are told its beat.
    """

    rows: Rows
    begin: float
    end: float
    controls: dict[str, float]
    is_bent: bool


def call_for(
    manifest: Manifest,
    clips: Mapping[int, Clip],
    window: Window,
    bpm: float,
    controls: Mapping[str, float],
) -> Call:
    """Put a piece's tracks, by their number, into the call for a window.

    Chords go only to those who hear them; the control HEARD is a beat of the piece.
    """
    heard = {i: c for i, c in clips.items() if i != CHORDS or CHORDS_HEARD in manifest.hears}
    shifted = {i: c.shifted(-window.origin) for i, c in heard.items()}
    begin, end, meter = window.begin - window.origin, window.end - window.origin, window.meter
    given = dict(controls)
    if HEARD in given:
        given[HEARD] -= window.origin
    compound = is_compound(meter)
    is_bent = compound and manifest.technique == ACCOMPANY
    if is_bent:
        shifted = {i: moved(c, straight) for i, c in shifted.items()}
        begin, end, meter, bpm = straight(begin), straight(end), simple_meter(meter), bpm / BEAT
        given |= {name: straight(value) for name, value in given.items() if name == HEARD}
    beat = BEAT if compound and not is_bent else 1.0
    values = resolve_controls(manifest, given, meter.beats_per_bar, bpm, beat)
    if is_bent:
        values[COMPOUND] = 1.0
    return Call(rows_from_clips(shifted.items()), begin, end, values, is_bent)


def ask(
    generator: Generator,
    clips: Mapping[int, Clip],
    window: Window,
    bpm: float,
    controls: Mapping[str, float],
    seed: int,
) -> dict[int, Clip]:
    """Have the generator answer for a window; `clips` are the piece's tracks by their number.

    Gives a clip, without length, for each track that the generator may answer with.
    """
    manifest = generator.manifest
    call = call_for(manifest, clips, window, bpm, controls)
    answer = generator.generate(call.rows, call.begin, call.end, call.controls, seed)
    out = {}
    for i in manifest.track_numbers:
        clip = clip_from_rows(answer, i, 0.0)
        out[i] = placed(moved(clip, bent) if call.is_bent else clip, window)
    return out


def placed(clip: Clip, window: Window) -> Clip:
    """Put an answer at its place in the piece, no note outside of the window."""
    notes = []
    for note in clip.notes:
        # The float32 of an answer may fall a hair before the window.
        start = max(note.start + window.origin, window.begin)
        if start < window.end - EPSILON:
            stop = min(note.end + window.origin, window.end)
            notes.append(Note(start, max(stop - start, 0.0), note.pitch, note.velocity))
    return Clip(tuple(notes))


def without(clip: Clip, begin: float, end: float) -> Clip:
    """What of a clip lies outside [begin, end), cut where it would ring into it."""
    before = tuple(
        replace(n, duration=min(n.duration, begin - n.start)) for n in clip.notes if n.start < begin
    )
    return replace(clip, notes=before + tuple(n for n in clip.notes if n.start >= end))


def provenance(generator: Generator, seed: int, controls: Mapping[str, float]) -> dict[str, object]:
    """Say what made a piece."""
    return {
        "model": generator.manifest.name,
        "sha256": generator.manifest.sha256,
        "seed": seed,
        "controls": {n: value for n, value in controls.items() if n not in (HEARD, ENDS)},
    }
