"""Phrases that are sent note by note instead of played, each put together for its sender."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from bridge.api.validation import MessageError
from models.music.clip import Clip, Note

MOST_PHRASES = 8
MOST_NOTES = 20_000
NOTE_VALUES = 5  # pitch start duration velocity mute


@dataclass
class _Phrase:
    id: str
    length: float
    notes: list[Note] = field(default_factory=list)


class PhraseAssembly:
    """The phrases that senders have begun and not ended. Called from: one thread."""

    def __init__(self) -> None:
        self._open: dict[Hashable, _Phrase] = {}

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    def begin(self, sender: Hashable, id_: str, length: float) -> None:
        """Begin a phrase of `length` beats; one that this sender had begun is forgotten.

        So is the oldest of too many: its sender has gone without ending it.
        """
        self._open.pop(sender, None)
        while len(self._open) >= MOST_PHRASES:
            del self._open[next(iter(self._open))]
        self._open[sender] = _Phrase(id_, length)

    def add(self, sender: Hashable, values: Sequence[float]) -> None:
        """Add notes, five values each; MessageError without a phrase, or if they have no room.

        With too many notes the phrase is given up; with one past its end it stays as it was.
        """
        phrase = self._find(sender, "melody/note")
        if len(phrase.notes) + len(values) // NOTE_VALUES > MOST_NOTES:
            del self._open[sender]
            raise MessageError(
                f"melody/note: a phrase has at most {MOST_NOTES} notes; "
                f"{phrase.id!r} was given up, begin it again"
            )
        notes = list(audible_notes(values))
        last = max((note.start for note in notes), default=0.0)
        if last >= phrase.length:
            raise MessageError(
                f"melody/note: a note starts at {last:g}, and the phrase {phrase.id!r} has "
                f"{phrase.length:g} beats: no note of this message was taken; send them again, or "
                "melody/begin with a greater length"
            )
        phrase.notes.extend(notes)

    def end(self, sender: Hashable, id_: str) -> Clip:
        """Return the whole phrase and forget it; MessageError if another one was begun, or none."""
        phrase = self._find(sender, "melody/end")
        if phrase.id != id_:
            raise MessageError(
                f"melody/end: the phrase that was begun is {phrase.id!r}, got {id_!r}"
            )
        del self._open[sender]
        return Clip(tuple(phrase.notes), phrase.length)

    def _find(self, sender: Hashable, name: str) -> _Phrase:
        try:
            return self._open[sender]
        except KeyError:
            raise MessageError(
                f"{name}: no phrase was begun here: send melody/begin first"
            ) from None


def audible_notes(values: Sequence[float]) -> Iterator[Note]:
    """Make notes of five values each, and leave out those that are muted."""
    for i in range(0, len(values), NOTE_VALUES):
        pitch, start, duration, velocity, mute = values[i : i + NOTE_VALUES]
        if not mute:
            yield Note(start, duration, int(pitch), int(velocity))
