"""Keys and chords on the command line of `continuo generate`: read, led by, and said."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bridge.commands.errors import UserError
from bridge.commands.model_choice import usable_model
from models.artifact.manifest import CHORDS_HEARD
from models.music.chord_names import read_chord
from models.music.clip import Clip, Composition, Note, Track
from models.music.harmony import Harmony
from models.music.key import read_key
from models.techniques.accompany import LEADING

KEY = "key"  # the control: 0 finds it, 1 to 12 are C to B major, 13 to 24 minor
FROM_TRACK = "track"
_NAMES = ("chords", "harmony", "akkorde")
_BASS, _ABOVE = 36, 48  # octaves that chord symbols are written in
_SHOWN = 16  # chords that fit on a line


def key_controls(name: str | None, models: Sequence[str]) -> dict[str, float]:
    """Give the control that sets a key such as F#m; UserError if no model can be told it."""
    if name is None:
        return {}
    manifests = [usable_model(model).require() for model in models]
    if not any(c.name == KEY for m in manifests for c in m.controls):
        raise UserError(f"--key: {models[0]} cannot be told a key; `bach` can")
    key = read_key(name)
    if key is None:
        raise UserError(f"--key must look like G, F#m or Bb, got {name!r}")
    tonic, is_minor = key
    return {KEY: 1.0 + tonic + 12 * is_minor}


def check_chords(text: str | None, models: Sequence[str]) -> None:
    """Say what is wrong with `--chords` before the seconds that loading a model takes."""
    if text is None:
        return
    if not any(CHORDS_HEARD in usable_model(model).require().hears for model in models):
        raise UserError(f"--chords: {models[0]} follows the melody alone, it hears no chords")
    if text.strip() != FROM_TRACK:
        _bars(text)


def with_chords(piece: Composition, text: str) -> Composition:
    """Let chords lead: those of the file's own track, or names, a bar each, again and again."""
    if text.strip() == FROM_TRACK:
        found = [t for t in piece.accompaniment if t.name.strip().casefold() in _NAMES]
        if not found:
            has = ", ".join(t.name for t in piece.tracks if t.name) or "no names"
            raise UserError(f"--chords track: no track is named Chords; the file has {has}")
        lead = replace(found[0], role=LEADING)
        others = tuple(t for t in piece.accompaniment if t is not found[0])
    else:
        lead = Track("Chords", _clip(piece, _bars(text)), LEADING, channel=15)
        others = piece.accompaniment
    return replace(piece, accompaniment=(*others, lead))


def _bars(text: str) -> list[list[str]]:
    """Split names into bars: at every stroke, or one a bar where there are none."""
    parts = [p.split() for p in text.split("|") if p.strip()]
    bars = parts if "|" in text else [[name] for part in parts for name in part]
    if not bars:
        raise UserError('--chords must be "track" or names such as "G D7 Em C", got nothing')
    for name in (n for bar in bars for n in bar):
        if read_chord(name) is None:
            raise UserError(f"--chords: {name!r} is no chord; write names such as G, Em, D7/F#")
    return bars


def _clip(piece: Composition, bars: list[list[str]]) -> Clip:
    end = piece.meter.bar_line_from(piece.melody.clip.end)
    notes: list[Note] = []
    line, number = 0.0, 0
    first = piece.meter.bar_line(piece.melody.clip.notes[0].start) if piece.melody.clip.notes else 0
    while line < end:
        following = piece.meter.next_bar_line(line)
        if line >= first:
            names = bars[number % len(bars)]
            number += 1
            each = (following - line) / len(names)
            for i, name in enumerate(names):
                notes += _notes(name, line + i * each, each)
        line = following
    return Clip(tuple(notes), end)


def _notes(name: str, start: float, duration: float) -> list[Note]:
    found = read_chord(name)
    assert found is not None, "checked before"
    bass, tones = found
    above = [Note(start, duration, _ABOVE + tone) for tone in sorted(tones - {bass})]
    return [Note(start, duration, _BASS + bass), *above]


def told(harmony: Harmony) -> str:
    """Say the key and the first chords in a line."""
    names = [c.name or "?" for c in harmony.chords]
    more = " ..." if len(names) > _SHOWN else ""
    sure = f"{harmony.certainty:.0%} sure" if harmony.certainty < 0.995 else "surely"
    return f"in {harmony.key_name} ({sure}): {' '.join(names[:_SHOWN])}{more}"


def as_entry(harmony: Harmony) -> dict[str, Any]:
    """Give the key and the chords (beat, name) as `--json` prints them."""
    return {
        "key": harmony.key_name,
        "key_certainty": round(harmony.certainty, 3),
        "chords": [[round(c.start, 3), c.name] for c in harmony.chords],
    }


def with_names(made: Composition, harmony: Harmony) -> Composition:
    """Write the key, if the file had none, and the chords' names into the file's markers."""
    origin = dict(made.provenance)
    origin.setdefault("keys", ((0.0, harmony.key_name),))
    origin["chords"] = tuple((c.start, c.name) for c in harmony.chords if c.name)
    return replace(made, provenance=origin)
