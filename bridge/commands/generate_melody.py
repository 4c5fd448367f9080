"""A MIDI file read for `continuo generate`: its melody, what is left out, and what to say of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.artifact.manifest import ACCOMPANY
from models.data.limits import Limits, UnfitError, check_range, check_size
from models.data.melody_choice import ONLY, Choice, MelodyError, choose_melody, top_line
from models.formats.midi_bytes import MidiFileError
from models.formats.midi_read import read_score, require_notes
from models.music.clip import Composition, Track
from models.music.score import PickupError, Score
from models.techniques.accompany import RangeError
from models.techniques.room import is_low, raised


@dataclass(frozen=True, slots=True)
class MelodyOptions:
    """How a file is read: which track, where its first bar line is, what else is kept."""

    track: str | None = None
    pickup_beats: float = 0.0
    keep_others: bool = False


@dataclass(frozen=True, slots=True)
class Melody:
    """The melody with the file's other tracks as its accompaniment, and what is to be said.

    `shown` is what the models are given; `others` are the tracks that are kept in the result.
    """

    piece: Composition
    shown: Composition
    others: tuple[Track, ...]
    reason: str
    notices: tuple[str, ...]


Span = Callable[[Composition], tuple[float, float]]


def read_melody(
    path: Path, options: MelodyOptions, techniques: Sequence[str], span: Span
) -> Melody:
    """Read a file's melody; MidiFileError says in a sentence why there is none.

    `span` gives the beats that are worked on by models made for `techniques`.
    """
    score = require_notes(read_score(path, Limits().max_notes, extras=True), path)
    try:
        check_size(score, Limits())
        score = score.with_pickup(options.pickup_beats)
        choice = choose_melody(score, options.track)
        piece = score.composition(choice.index)
        check_range(piece.meter, *span(piece), Limits())
    except (MelodyError, RangeError, PickupError, UnfitError) as error:
        raise MidiFileError(f"{path}: {error}") from error
    line, rest = top_line(piece.melody)
    notices = [*score.notices, *_doubts(choice), *_rests(score, options)]
    others: list[Track] = []
    if rest.notes:
        below = replace(piece.melody, name=_below(piece.melody), clip=rest, extras=())
        others.append(replace(below, role="part"))
        notices.append(
            f"the melody's track has chords: its highest line is the melody, {_notes(rest.notes)} "
            f"below it {_kept(options)}"
        )
    piece = replace(piece, melody=replace(piece.melody, clip=line))
    if piece.accompaniment and ACCOMPANY in techniques:
        others += piece.accompaniment
        names = ", ".join(_label(track) for track in piece.accompaniment)
        notices.append(f"the other tracks {_kept(options)}: {names}")
    shown = piece
    if is_low(line) and tuple(techniques) == (ACCOMPANY,):
        shown = raised(piece)
        notices.append("the melody lies below C3 throughout: it is the bass, the voices go above")
    kept = tuple(others) if options.keep_others else ()
    return Melody(piece, shown, kept, choice.reason, tuple(notices))


def _rests(score: Score, options: MelodyOptions) -> list[str]:
    bar = score.meter.changes[0][1].beats_per_bar
    if not 0 < options.pickup_beats < bar:
        return []
    return [
        f"with the pick-up the first bar begins with {bar - options.pickup_beats:g} beats of rest"
    ]


def _below(track: Track) -> str:
    return f"{track.name or 'melody'}, below"


def _doubts(choice: Choice) -> list[str]:
    if not choice.doubt or choice.how == ONLY:
        return []
    return [f"it may be none ({choice.doubt}): choose another with --melody-track"]


def _kept(options: MelodyOptions) -> str:
    return "are kept" if options.keep_others else "are left out (--keep-others keeps them)"


def _notes(notes: tuple[object, ...]) -> str:
    return "1 note" if len(notes) == 1 else f"{len(notes)} notes"


def _label(track: Track) -> str:
    name = track.name or f"channel {track.channel + 1}"
    return f"{name} ({_notes(track.clip.notes)})"
