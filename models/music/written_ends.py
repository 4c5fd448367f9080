"""Where a file says that its phrases end: markers that say fermata, the words that are sung.

MIDI has no fermatas. Notation programs and people write them as markers or texts; words end a
phrase with a full stop or another sign, and karaoke files begin its next line with a stroke.
"""

from collections.abc import Iterable, Sequence

from models.music.clip import Composition, Extra, Note
from models.music.melody import skyline
from models.music.tempo import EPSILON

_TEXT, _LYRIC, _MARKER, _CUE = (0xFF00 | kind for kind in (0x01, 0x05, 0x06, 0x07))
_SAID = (_TEXT, _MARKER, _CUE)
_FERMATA = ("fermata", "\N{MUSICAL SYMBOL FERMATA}")
_CLOSING, _COMMA = (".", ";", ":", "!", "?"), (",",)
_QUOTES = "\"'\u2019\u201d\u00bb)"
_NEW_LINES = ("/", "\\", "\n", "\r")
_FEWEST = 2  # lines that make words a text: one sign alone may be an abbreviation
_EARLY = 0.1  # beats that a word may come before its note


def written_ends(piece: Composition) -> tuple[float, ...]:
    """Give the beats of the melody's notes on which a phrase ends, as the file says."""
    notes = skyline(piece.melody.clip).notes
    extras = (*piece.melody.extras, *piece.provenance.get("texts", ()))
    words = sorted((e for e in extras if e.is_text), key=lambda e: e.beat)
    said = [e.beat for e in words if e.status in _SAID and _is_fermata(e)]
    sung = _sung(words, _CLOSING)
    if len(sung) < _FEWEST:  # a comma is often in the middle of a line
        sung = _sung(words, (*_CLOSING, *_COMMA))
    found = {_note_at(notes, beat) for beat in (*said, *(sung if len(sung) >= _FEWEST else ()))}
    return tuple(sorted(start for start in found if start is not None))


def _text(extra: Extra) -> str:
    return extra.data.decode("utf-8", "replace")


def _is_fermata(extra: Extra) -> bool:
    said = _text(extra).strip().casefold()
    return any(word in said for word in _FERMATA)


def _sung(words: Sequence[Extra], signs: tuple[str, ...]) -> list[float]:
    """Give the beats of the syllables that end a phrase: by a sign, or by a new line after."""
    kind = _LYRIC if any(e.status == _LYRIC for e in words) else _TEXT
    syllables = [(e.beat, _text(e)) for e in words if e.status == kind]
    syllables = [(beat, text) for beat, text in syllables if not text.startswith("@")]
    if kind == _TEXT and not any(text[:1] in _NEW_LINES for _, text in syllables):
        return []  # remarks, not karaoke
    out = []
    for (beat, text), (_, after) in zip(syllables, [*syllables[1:], (0.0, "")], strict=True):
        closes = text.rstrip().rstrip(_QUOTES).endswith(signs) or text.endswith(("\n", "\r"))
        if closes or after[:1] in _NEW_LINES:
            out.append(beat)
    return out


def _note_at(notes: Iterable[Note], beat: float) -> float | None:
    """Give the beginning of the note that sounds at a beat."""
    for note in notes:
        if note.start - _EARLY - EPSILON <= beat < note.end - EPSILON:
            return note.start
    return None
