"""A composition as sound, good enough to judge harmony by: a few sine waves for each note."""

import numpy as np
from numpy.typing import NDArray

from models.music.clip import Composition, Note

SAMPLE_RATE = 16_000
LONGEST_SECONDS = 40.0
_PARTIALS = (1.0, 0.5, 0.25, 0.12)  # loudness of the note and of its overtones
_ATTACK_SECONDS, _RELEASE_SECONDS = 0.01, 0.08
_BLOW_SECONDS = 0.08  # how long a drum sounds

Wave = NDArray[np.float32]


def render(piece: Composition, longest_seconds: float = LONGEST_SECONDS) -> Wave:
    """Render melody and accompaniment as one channel of samples in -1..1, at 16 kHz."""
    seconds = min(piece.tempo.seconds_at(piece.length), longest_seconds)
    out = np.zeros(max(round(seconds * SAMPLE_RATE), 1), np.float32)
    random = np.random.default_rng(0)
    for track in piece.tracks:
        for note in track.clip.notes:
            begin, end = (piece.tempo.seconds_at(beat) for beat in (note.start, note.end))
            first = round(begin * SAMPLE_RATE)
            if not 0 <= first < len(out):
                continue
            # A pedal may last for hours; only what is heard is worth computing.
            heard_seconds = min(end - begin, seconds - begin)
            wave = _blow(note, random) if track.is_drum else _tone(note, heard_seconds)
            wave = wave[: len(out) - first]
            out[first : first + len(wave)] += wave
    loudest = float(np.abs(out).max())
    if loudest > 0:
        out *= np.float32(0.9 / loudest)
    return out


def _tone(note: Note, seconds: float) -> Wave:
    time = np.arange(round((seconds + _RELEASE_SECONDS) * SAMPLE_RATE)) / SAMPLE_RATE
    pitch_hz = 440 * 2 ** ((note.pitch - 69) / 12)
    wave = np.zeros(len(time))
    for number, loudness in enumerate(_PARTIALS, start=1):
        if pitch_hz * number < SAMPLE_RATE / 2:  # higher ones would fold back
            wave += loudness * np.sin(2 * np.pi * pitch_hz * number * time)
    fade = np.minimum(time / _ATTACK_SECONDS, 1) * np.exp(-time)
    fade *= np.clip((seconds + _RELEASE_SECONDS - time) / _RELEASE_SECONDS, 0, 1)
    out: Wave = (wave * fade * note.velocity / 127).astype(np.float32)
    return out


def _blow(note: Note, random: np.random.Generator) -> Wave:
    time = np.arange(round(_BLOW_SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    noise = random.standard_normal(len(time)) * np.exp(-time / 0.02)
    out: Wave = (0.5 * noise * note.velocity / 127).astype(np.float32)
    return out
