"""What a musician asks of a recording: which notes sounded, when, how long, and what still does."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from jack_rig import Heard


@dataclass(frozen=True, slots=True)
class Sounded:
    """A note as it was heard; `end_seconds` is None while it still sounds."""

    start_seconds: float
    channel: int
    pitch: int
    velocity: int
    end_seconds: float | None = None


def strikes(heard: Heard) -> bool:
    """Whether a message begins a note."""
    return heard.message.type == "note_on" and heard.message.velocity > 0


def releases(heard: Heard) -> bool:
    """Whether a message ends a note."""
    return heard.message.type == "note_off" or (
        heard.message.type == "note_on" and heard.message.velocity == 0
    )


def sounded(recording: Iterable[Heard]) -> list[Sounded]:
    """Pair each note-on with the next note-off of its key, in order of the note-ons."""
    out: list[Sounded] = []
    still_on: defaultdict[tuple[int, int], deque[int]] = defaultdict(deque)
    for heard in recording:
        message = heard.message
        if strikes(heard):
            still_on[message.channel, message.note].append(len(out))
            out.append(Sounded(heard.seconds, message.channel, message.note, message.velocity))
        elif releases(heard) and (begun := still_on[message.channel, message.note]):
            first = begun.popleft()
            out[first] = replace(out[first], end_seconds=heard.seconds)
    return out


def hanging(recording: Iterable[Heard]) -> list[Sounded]:
    """The notes that were never released."""
    return [note for note in sounded(recording) if note.end_seconds is None]


def on_channels(notes: Iterable[Sounded], *channels: int) -> list[Sounded]:
    """The notes of some channels (0-15)."""
    return [note for note in notes if note.channel in channels]


def edges(recording: Iterable[Heard], channel: int) -> list[tuple[str, int, int]]:
    """Note-ons and note-offs of one channel in order: (on or off, pitch, velocity of an on)."""
    return [
        ("on", h.message.note, h.message.velocity) if strikes(h) else ("off", h.message.note, 0)
        for h in recording
        if (strikes(h) or releases(h)) and h.message.channel == channel
    ]
