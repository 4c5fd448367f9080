"""Clips that the script in Ableton Live sends, put together from begin, notes and end."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from bridge.api.phrase_assembly import MOST_NOTES, NOTE_VALUES, audible_notes
from bridge.api.validation import MessageError
from models.music.clip import Clip, Note

MOST_CLIPS = 8
Values = Sequence[float | str]


@dataclass
class _Coming:
    """A clip of which not everything is there yet."""

    name: str
    track: str
    scene: int
    length: float
    bracket: tuple[float, ...]
    notes: list[Note] = field(default_factory=list)
    count: int = 0  # notes that came, muted ones as well


class AbletonClips:
    """The clips that scripts have begun and not ended. Called from: one thread."""

    def __init__(self) -> None:
        self._open: dict[Hashable, _Coming] = {}

    def begin(self, sender: Hashable, values: Values) -> None:
        """Begin a clip: id, name, track, scene, length and the bracket, if there is one.

        Begun again it is empty again.
        """
        id_, name, track, scene, length, *bracket = values
        self._open.pop((sender, id_), None)
        while len(self._open) >= MOST_CLIPS:
            del self._open[next(iter(self._open))]
        where = tuple(float(beat) for beat in bracket)
        coming = _Coming(str(name), str(track), int(scene), float(length), where)
        self._open[sender, id_] = coming

    def add(self, sender: Hashable, values: Values) -> None:
        """Add a chunk of notes; MessageError if no such clip was begun, or if it is too long."""
        id_, _chunk, *notes = values
        coming = self._find(sender, id_)
        coming.count += len(notes) // NOTE_VALUES
        if coming.count > MOST_NOTES:
            del self._open[sender, id_]
            raise MessageError(f"live/clip/notes: a clip has at most {MOST_NOTES} notes")
        coming.notes.extend(audible_notes([float(value) for value in notes]))

    def end(self, sender: Hashable, values: Values) -> tuple[str | float | Clip, ...]:
        """Return id, name, track, scene, the clip, and where the bracket begins and ends.

        MessageError if part of it got lost.
        """
        id_, told = str(values[0]), int(values[1])
        coming = self._find(sender, id_)
        del self._open[sender, id_]
        if coming.count != told:
            raise MessageError(f"live/clip/end: of {told} notes {coming.count} came")
        clip = Clip(tuple(coming.notes), coming.length)
        return id_, coming.name, coming.track, coming.scene, clip, *coming.bracket

    def _find(self, sender: Hashable, id_: Hashable) -> _Coming:
        try:
            return self._open[sender, id_]
        except KeyError:
            raise MessageError("live/clip: no clip was begun under this id") from None
