"""Takes on their way in: several datagrams each, of which one may be lost or come twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .arguments import RequestError, read
from .notes import MOST_BEATS, MOST_IN_CLIP, MOST_NOTES, Note, read_notes
from .types import Value

MOST_TRACKS = 64
MOST_TRANSFERS = 8
PATIENCE_SECONDS = 5.0


class Voice(NamedTuple):
    """A track of a take: what its MIDI track is called, its role and its notes."""

    name: str
    role: str
    notes: Sequence[Note]


class Take(NamedTuple):
    """A take as it is to be written: length in beats; scene from 0, -1 for any."""

    name: str
    length: float
    fire: bool
    scene: int
    voices: Sequence[Voice]


class Transfer:
    """One take of which the end has not come yet."""

    def __init__(self, now: float) -> None:
        self.heard = now
        self.is_broken = False  # an error was answered: what still comes is passed over
        self._head: tuple[str, int, float, int, int] | None = None
        self._names: dict[int, tuple[str, str]] = {}
        self._chunks: dict[tuple[int, int], list[Note]] = {}
        self._count = 0

    def begin(self, values: Sequence[Value]) -> None:
        """Take `id name tracks length fire scene`."""
        _, name, tracks, length, fire, scene = read(values, "ssifii")
        if not 1 <= tracks <= MOST_TRACKS:
            raise RequestError(f"a take has 1 to {MOST_TRACKS} tracks, got {tracks}")
        if not 0 < length <= MOST_BEATS:
            raise RequestError(f"a length must be above 0 and at most 4096 beats, got {length:g}")
        self._head = (name, tracks, length, fire, scene)

    def track(self, values: Sequence[Value]) -> None:
        """Take `id track name role`."""
        _, track, name, role = read(values, "siss")
        self._check_track(track)
        if not name.strip():
            raise RequestError(f"track {track} has no name")
        self._names[track] = (name, role)

    def notes(self, values: Sequence[Value]) -> None:
        """Take `id track chunk`, then the notes; a chunk that comes again replaces itself."""
        _, track, chunk = read(values, "sii")
        self._check_track(track)
        notes = read_notes(values, 3)
        self._count += len(notes) - len(self._chunks.get((track, chunk), ()))
        if self._count > MOST_NOTES:
            raise RequestError(f"a take has at most {MOST_NOTES} notes: send fewer bars")
        self._chunks[track, chunk] = notes

    def end(self, values: Sequence[Value]) -> Take:
        """Take `id notes` and answer the whole; RequestError says what is missing."""
        _, told = read(values, "si")
        if told != self._count:
            raise RequestError(f"{self._count} notes came; {told} were sent: send it again")
        if self._head is None:
            raise RequestError("the beginning is missing: send it again")
        name, tracks, length, fire, scene = self._head
        voices = [self._voice(track) for track in range(1, tracks + 1)]
        return Take(name, length, fire != 0, scene, voices)

    def _check_track(self, track: int) -> None:
        if self._head is None:
            raise RequestError("the beginning is missing: send it again")
        if not 1 <= track <= self._head[1]:
            raise RequestError(f"track {track} of {self._head[1]} tracks")

    def _voice(self, track: int) -> Voice:
        if track not in self._names:
            raise RequestError(f"track {track} is missing: send it again")
        numbers = sorted(chunk for of, chunk in self._chunks if of == track)
        if numbers != list(range(len(numbers))):
            raise RequestError(f"a chunk of track {track} is missing: send it again")
        notes = [note for chunk in numbers for note in self._chunks[track, chunk]]
        if len(notes) > MOST_IN_CLIP:
            raise RequestError(f"a clip has at most {MOST_IN_CLIP} notes, got {len(notes)}")
        return Voice(*self._names[track], notes=notes)


class Transfers:
    """All takes on their way in, by who sends them under which id."""

    def __init__(self) -> None:
        self._open: dict[object, Transfer] = {}

    def take_in(self, key: object, part: str, values: Sequence[Value], now: float) -> Take | None:
        """Take in begin, track, notes or end; answer the take when it is whole.

        RequestError comes once for a take; what comes of it afterwards is passed over.
        """
        if part == "begin" or key not in self._open:
            self._make_room(key)
            self._open[key] = Transfer(now)
        transfer = self._open[key]
        transfer.heard = now
        if part == "end":
            del self._open[key]
        if transfer.is_broken:
            return None
        try:
            return getattr(transfer, part)(values)
        except RequestError:
            transfer.is_broken = True
            raise

    def forget_old(self, now: float) -> list[object]:
        """Drop those of which nothing came for seconds; answer their keys, the broken ones' not."""
        old = [k for k, t in self._open.items() if now - t.heard > PATIENCE_SECONDS]
        dropped = [self._open.pop(key) for key in old]
        return [key for key, transfer in zip(old, dropped) if not transfer.is_broken]  # noqa: B905 - 3.7 knows no strict

    def clear(self) -> None:
        """Drop all: who sent them has begun anew."""
        self._open.clear()

    def _make_room(self, key: object) -> None:
        self._open.pop(key, None)
        while len(self._open) >= MOST_TRANSFERS:
            del self._open[min(self._open, key=lambda k: self._open[k].heard)]
