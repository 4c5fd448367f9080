"""What following costs in harmony: MODEL under sopranos played live.

`python tests/rigs/follow_harmony.py MODEL FOLDER [pieces] [seeds]` plays the sopranos of the
four-part files of FOLDER through the engine in mode follow, on a simulated clock, and prints
how much of what sounds from the second bar on are chords, and how many pairs are dissonant.
"""

import sys
from pathlib import Path

import mido
import numpy as np
import torch

from bridge.events import Event, MidiIn
from bridge.inference.perform import perform
from bridge.offline import ScriptedComposer, run_offline
from bridge.settings import PlaySettings
from models.artifact.catalogue import find
from models.artifact.torchscript import LoadedGenerator, load
from models.evaluation.four_part.rules import corpus_rules
from models.evaluation.material import Wanted, read_material
from models.music.clip import Clip, Composition, Note
from models.music.sixteenths import Frames, sample_voices

BPM = 100.0
BEAT = 60 / BPM
VOICES = 3


def played(piece: Composition) -> list[Event]:
    events: list[Event] = []
    for note in piece.melody.clip.notes:
        for beat, kind in ((note.start, "note_on"), (note.end - 0.02, "note_off")):
            message = mido.Message(kind, note=note.pitch, velocity=80)
            events.append(MidiIn(beat * BEAT, message))
    return events


def follow(generator: LoadedGenerator, piece: Composition, seed: int) -> Frames:
    """Give the four voices as they sounded, [T, 4], from the second bar on."""
    composer = ScriptedComposer(lambda request: perform([generator], request), (0.03,))
    meter = piece.meter.meter_at(0)
    settings = PlaySettings(model=generator.manifest.name, bpm=BPM, mode="follow", seed=seed,
                            meter=meter, bars=4, start="grid")  # fmt: skip
    end = piece.melody.clip.end
    run = run_offline(settings, played(piece), composer, end * BEAT, (), [generator.manifest])
    voices: list[list[Note]] = [[] for _ in range(VOICES)]
    begun: dict[tuple[int, int], float] = {}
    for beat, message in run.heard:
        if message.type not in ("note_on", "note_off") or not 1 <= message.channel <= VOICES:
            continue
        key = message.channel, message.note
        if key in begun:
            start = begun.pop(key)
            voices[message.channel - 1].append(Note(start, max(beat - start, 0.01), message.note))
        if message.type == "note_on" and message.velocity:
            begun[key] = beat
    for (channel, pitch), start in begun.items():
        voices[channel - 1].append(Note(start, max(end - start, 0.01), pitch))
    frames = sample_voices([piece.melody.clip, *(Clip(tuple(v)) for v in voices)])
    return frames[round(meter.beats_per_bar * 4) :]


def main(model: str, folder: str, pieces: int = 24, seeds: int = 1) -> None:
    torch.set_num_threads(1)
    generator = load(find(model).path)
    examples = read_material(Path(folder), Wanted(4), pieces, None).examples
    rows = []
    for seed in range(1, seeds + 1):
        frames = [follow(generator, e.piece.with_accompaniment(()), seed) for e in examples]
        rows.append(corpus_rules(frames))
    for figure in ("chordal", "chordal_beat", "dissonance", "held", "hr_frame", "rest"):
        sys.stdout.write(f"{figure:14s} {np.mean([row[figure] for row in rows]):.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
