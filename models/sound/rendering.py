"""A MIDI file as blocks of sound: its messages, from all its tracks, played in order of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.formats.midi_bytes import MidiFileError
from models.formats.midi_chunks import RawFile
from models.formats.midi_read import read_raw, tempo_of
from models.sound.audio_file import RATE
from models.sound.bank_file import SoundBank
from models.sound.room import Limiter, Room
from models.sound.synth import Synth

_BLOCK = 1024  # samples between two looks at controllers
_CHUNK = 32 * _BLOCK
_MOST_HOURS = 3
_AFTER_SECONDS = 4  # a pedal may be held so long after the last key
_QUIET = 10 ** (-70 / 20)
Block = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Performance:
    """A file's channel messages as (sample, status, data 1, data 2), and the seconds of the last
    release or strike."""

    messages: tuple[tuple[int, int, int, int], ...]
    notes: int
    seconds: float
    notices: tuple[str, ...] = ()  # what is odd about the file


def read_performance(path: Path) -> Performance:
    """Read a MIDI file; MidiFileError in a sentence if it cannot be played."""
    performance = performance_of(read_raw(path))
    if not performance.notes:
        raise MidiFileError(f"{path} has no notes: there is nothing to hear")
    if performance.seconds > _MOST_HOURS * 3600:
        raise MidiFileError(
            f"{path} lasts {performance.seconds / 3600:.1f} hours; "
            f"sound of up to {_MOST_HOURS} hours is rendered: cut the silence in it"
        )
    return performance


def performance_of(file: RawFile) -> Performance:
    """List a file's channel messages in order of time, tempo changes heeded."""
    events = [e for track in file.tracks for e in track.events if 0x80 <= e.status < 0xF0]
    ticks = sorted({event.tick for event in events})
    tempo, tpb = tempo_of(file), file.ticks_per_beat
    at = {tick: round(tempo.seconds_at(tick / tpb) * RATE) for tick in ticks}
    # At one tick: programs and controllers before notes, releases before strikes.
    events.sort(key=lambda e: (e.tick, _order(e.status, e.data)))
    messages = [(at[e.tick], e.status, e.data[0], e.data[-1]) for e in events]
    notes = [m for m in messages if m[1] & 0xE0 == 0x80]
    # What comes long after the last note changes nothing that is heard.
    last = notes[-1][0] + _AFTER_SECONDS * RATE if notes else 0
    messages = [m for m in messages if m[0] <= last]
    strikes = sum(m[1] & 0xF0 == 0x90 and m[3] > 0 for m in notes)
    seconds = notes[-1][0] / RATE if notes else 0.0
    return Performance(tuple(messages), strikes, seconds, tuple(file.notices))


def _order(status: int, data: bytes) -> int:
    if status & 0xE0 != 0x80:
        return 0
    return 2 if status & 0xF0 == 0x90 and data[1] else 1


def render(performance: Performance, bank: SoundBank) -> tuple[Synth, Iterator[Block]]:
    """Give the synthesiser, and the blocks of sound, [channel, time] in -1..1 at 44.1 kHz.

    It ends when the last note and the room have died away; a note that is never released ends with
    the last message.
    """
    synth = Synth(bank, RATE)
    return synth, _blocks(performance, synth)


def _blocks(performance: Performance, synth: Synth) -> Iterator[Block]:
    room, limiter = Room(RATE, _CHUNK), Limiter()
    last = performance.messages[-1][0]
    waiting = iter([*performance.messages, *((last, 0xB0 | n, 123, 0) for n in range(16))])
    due = next(waiting, None)
    at, quiet = 0, 0
    while due is not None or not synth.is_silent or quiet < room.tail:
        direct, sent = np.zeros((2, _CHUNK), np.float32), np.zeros((2, _CHUNK), np.float32)
        for begin in range(0, _CHUNK, _BLOCK):
            while due is not None and due[0] < at + begin + _BLOCK:
                synth.handle(*due)
                due = next(waiting, None)
            if not synth.is_silent:
                sound = synth.block(at + begin, _BLOCK)
                direct[:, begin : begin + _BLOCK] = sound.direct
                sent[:, begin : begin + _BLOCK] = sound.room
        ready = limiter(direct + room(sent))
        if ready.shape[1]:
            yield ready
        at += _CHUNK
        quiet = quiet + _CHUNK if due is None and synth.is_silent else 0
    yield _faded(limiter(None))


def _faded(block: Block) -> Block:
    """Cut the silence at the end, and let the last of the room go without a click."""
    loud = np.flatnonzero(np.abs(block).max(axis=0) > _QUIET)
    end = min(int(loud[-1]) + RATE // 10 if len(loud) else _BLOCK, block.shape[1])
    fade = min(end, RATE // 20)
    out = block[:, :end].copy()
    out[:, end - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return out
