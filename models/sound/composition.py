"""A composition as sound in memory: what a training lets one hear of its samples."""

import numpy as np

from models.formats.midi_chunks import parse
from models.formats.midi_write import to_bytes
from models.music.clip import Composition
from models.sound.audio_file import RATE
from models.sound.rendering import Block, performance_of, render
from models.sound.shipped_bank import shipped_bank


def render_composition(piece: Composition, longest_seconds: float) -> Block:
    """Play a composition's first `longest_seconds`: [1, time] in -1..1 at 44.1 kHz."""
    performance = performance_of(parse(to_bytes(piece)))
    longest = round(longest_seconds * RATE)
    if not performance.notes:
        return np.zeros((1, RATE), np.float32)
    _, blocks = render(performance, shipped_bank())
    out: list[Block] = []
    samples = 0
    for block in blocks:
        out.append(block.mean(axis=0, keepdims=True))
        samples += block.shape[1]
        if samples >= longest:
            break
    return np.concatenate(out, axis=1)[:, :longest]
