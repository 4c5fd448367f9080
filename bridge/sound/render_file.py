"""A MIDI file rendered into an audio file, by the bank that travels along or by FluidSynth."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge.sound import fluidsynth
from models.sound.audio_file import RATE, AudioWriter, read_blocks
from models.sound.bank_file import SoundBank
from models.sound.rendering import Block, Performance, read_performance, render
from models.sound.shipped_bank import shipped_bank
from models.sound.synth import Synth


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was written: seconds of sound, notes, and sentences about what sounds otherwise."""

    path: Path
    seconds: float
    notes: int
    notices: tuple[str, ...] = ()


def render_file(
    midi: Path, out: Path, font: Path | None = None, tell: Callable[[float], object] = lambda _: 0
) -> Rendered:
    """Render `midi` into `out`, whose suffix says how; `tell` hears the share done, 0 to 1.

    With a font of one's own FluidSynth plays, if it is installed. Nothing is written where a
    MidiFileError, SoundBankError, AudioFileError or FluidSynthError is raised.
    """
    performance = read_performance(midi)
    bank = shipped_bank() if font is None else SoundBank.open(font)
    if font is not None and (program := fluidsynth.find_program()):
        return _by_fluidsynth(program, font, midi, out, performance.notes)
    synth, blocks = render(performance, bank)
    seconds = _write(out, blocks, performance, tell)
    return Rendered(out, seconds, performance.notes, (*performance.notices, *_notices(synth)))


def _write(
    out: Path, blocks: Iterator[Block], performance: Performance, tell: Callable[[float], object]
) -> float:
    frames = 0
    with AudioWriter(out) as writer:
        for block in blocks:
            writer.write(block)
            frames += block.shape[1]
            tell(min(frames / RATE / max(performance.seconds, 1.0), 1.0))
    return frames / RATE


def _notices(synth: Synth) -> Iterator[str]:
    for (is_kit, program), player in sorted(synth.replaced.items()):
        what = "drum kit" if is_kit else "General MIDI program"
        yield f"{what} {program + 1} is not in the sound bank: {player} plays in its place"
    if synth.unheard:
        yield f"{synth.unheard} notes are not heard: their drums or pitches have no sound"


def _by_fluidsynth(program: str, font: Path, midi: Path, out: Path, notes: int) -> Rendered:
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "fluidsynth.wav"
        fluidsynth.render(program, font, midi, wav)
        frames = 0
        with AudioWriter(out) as writer:
            for block in read_blocks(wav):
                writer.write(block)
                frames += block.shape[1]
    return Rendered(out, frames / RATE, notes)
