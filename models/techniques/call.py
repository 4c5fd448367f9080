"""One call of a generator: a stretch of the piece in, its notes at their place in the piece out."""

from collections.abc import Mapping
from dataclasses import replace

from models.artifact.generator import (
    Generator,
    clip_from_rows,
    resolve_controls,
    rows_from_clips,
)
from models.music.clip import Clip, Note
from models.music.tempo import EPSILON
from models.techniques.compound import BEAT, bent, is_compound, moved, simple_meter, straight
from models.techniques.windows import Window


def ask(
    generator: Generator,
    clips: Mapping[int, Clip],
    window: Window,
    bpm: float,
    controls: Mapping[str, float],
    seed: int,
) -> dict[int, Clip]:
    """Have the generator answer for a window; `clips` are the piece's tracks by their number.

    Gives a clip, without length, for each track that the generator may answer with. Networks that
    accompany hear a compound meter as a simple one; the others are told its beat.
    """
    manifest = generator.manifest
    shifted = {i: c.shifted(-window.origin) for i, c in clips.items()}
    begin, end, meter = window.begin - window.origin, window.end - window.origin, window.meter
    compound = is_compound(meter)
    warped = compound and manifest.technique == "accompany"
    if warped:
        shifted = {i: moved(c, straight) for i, c in shifted.items()}
        begin, end, meter, bpm = straight(begin), straight(end), simple_meter(meter), bpm / BEAT
    beat = BEAT if compound and not warped else 1.0
    values = resolve_controls(manifest, controls, meter.beats_per_bar, bpm, beat)
    answer = generator.generate(rows_from_clips(shifted.items()), begin, end, values, seed)
    out = {}
    for i in manifest.track_numbers:
        clip = clip_from_rows(answer, i, 0.0)
        out[i] = placed(moved(clip, bent) if warped else clip, window)
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
        "controls": dict(controls),
    }
