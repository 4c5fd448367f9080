"""Which track of a score is the melody: one rule for generate, dataset, train and evaluate.

Drums are none (channel 10, or a name that says so). A name that says melody, soprano, vocals or
lead decides; then four voices; then instrument, register and movement.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.data.role_names import melody_rank, role_by_name, role_by_program, voice_of_name
from models.errors import ContinuoError
from models.music.clip import Clip, Track
from models.music.melody import mean_pitch, skyline
from models.music.score import Score

# Never the melody, unless a name says so.
_NEVER = frozenset(("bass", "drums", "percussion", "chords", "pad", "effects"))
# How much an instrument's family is given to melodies, in the points of `_tunefulness`.
_FAMILY_POINTS = {
    "winds": 0.5, "voices": 0.6, "counter": 1.0, "brass": 0.2, "strings": -0.1, "guitar": -0.2,
}  # fmt: skip
_LEGATO = 0.125  # so long may a note of one voice ring into the next, in beats
_DOUBLE_STOPS = 0.75  # a quartet's parts are voices, though some of their notes are chords
_LOWEST_TUNE = 50.0  # a mean pitch below this (D3) is a bass
_PLAYED = 0.2  # a melody found by its shape plays in so many of the piece's four-beat spans


ONLY = "the only one with pitches"


class MelodyError(ContinuoError, ValueError):
    """No track can be the melody, said in one sentence."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen track's index in the score, and how it was found, in words for people.

    `doubt` says why it may be no melody at all: then it is nothing to learn from. `voices` are
    the indices of four voices from the top, where the score is four voices.
    """

    index: int
    how: str
    label: str
    doubt: str = ""
    voices: tuple[int, ...] = ()

    @property
    def reason(self) -> str:
        """Which track it is and why."""
        return f"{self.label}, {self.how}"


@dataclass(frozen=True)
class TrackShape:
    """What a track looks like from outside: all that the choice by shape depends on."""

    track: Track
    single: float  # share of notes that begin when no other of the track sounds
    played: float  # share of four-beat spans with an onset
    pitch: float

    @property
    def is_line(self) -> bool:
        """Whether it is one line, but for a few chords."""
        return self.single >= 0.9

    @property
    def is_drums(self) -> bool:
        """Whether it is drums, by its channel or its name: never a melody."""
        return self.track.is_drum or role_by_name(self.track.name) in ("drums", "percussion")


def track_shapes(score: Score) -> list[TrackShape]:
    """Look at every track of a score."""
    spans = max(score.length / 4, 1.0)
    return [_shape(track, spans) for track in score.tracks]


def _shape(track: Track, spans: float) -> TrackShape:
    single, sounding_until = 0, float("-inf")
    begun = float("-inf")
    for note in track.clip.notes:
        overlap = sounding_until - note.start
        single += overlap <= min(_LEGATO, note.duration / 2) and note.start > begun
        sounding_until, begun = max(sounding_until, note.end), note.start
    played = len({note.start // 4 for note in track.clip.notes}) / spans
    share = single / max(len(track.clip.notes), 1)
    return TrackShape(track, share, played, mean_pitch(track.clip))


def choose_melody(score: Score, wanted: str | None = None) -> Choice:
    """Find the melody: the track wanted (number from 1, or name), by name, or by its shape."""
    if not score.tracks:
        raise MelodyError("no track has notes, so there is no melody")
    if wanted is not None:
        return _wanted(score.tracks, wanted)
    shapes = track_shapes(score)
    pitched = [i for i, shape in enumerate(shapes) if not shape.is_drums]
    if not pitched:
        raise MelodyError("only drums have notes, so there is no melody: add a track of pitches")
    voices = _four_voices(shapes)
    if voices is not None:
        order, how = voices
        return Choice(order[0], how, _label(score.tracks, order[0]), voices=tuple(order))
    chosen, how, doubt = _choose([shapes[i] for i in pitched])
    index = next(i for i in pitched if shapes[i] is chosen)
    return Choice(index, how, _label(score.tracks, index), doubt)


def top_line(track: Track) -> tuple[Clip, Clip]:
    """Divide a track into its line and what sounds below it; one line is left as it is."""
    if _shape(track, 1.0).is_line:
        return track.clip, Clip((), track.clip.length)
    line = skyline(track.clip)
    taken = {(note.start, note.pitch) for note in line.notes}
    rest = tuple(n for n in track.clip.notes if (n.start, n.pitch) not in taken)
    return line, replace(track.clip, notes=rest)


# -- as asked ----------------------------------------------------------------------------------
def _wanted(tracks: Sequence[Track], wanted: str) -> Choice:
    text = wanted.strip().casefold()
    if text.isdecimal() and 1 <= int(text) <= len(tracks):
        index = int(text) - 1
        return Choice(index, "as asked", _label(tracks, index))
    names = [track.name.casefold() for track in tracks]
    found = [i for i, name in enumerate(names) if name == text]
    found += [i for i, name in enumerate(names) if text and text in name]
    if not found:
        have = ", ".join(_label(tracks, i) for i in range(len(tracks)))
        raise MelodyError(f"no track with notes is number or name {wanted!r}: there is {have}")
    return Choice(found[0], "as asked", _label(tracks, found[0]))


def _label(tracks: Sequence[Track], index: int) -> str:
    name = tracks[index].name
    return f"track {index + 1} {name!r}" if name else f"track {index + 1} (no name)"


# -- by names and shapes -----------------------------------------------------------------------
def _four_voices(shapes: Sequence[TrackShape]) -> tuple[list[int], str] | None:
    """Find soprano, alto, tenor and bass, if the piece is four lines or names them."""
    singing = _without_chord_track(shapes)
    if len(singing) < len(shapes):
        found = _four_voices([shapes[i] for i in singing])
        return found and ([singing[i] for i in found[0]], found[1])
    if len(shapes) != 4 or any(shape.is_drums for shape in shapes):
        return None
    named = [voice_of_name(shape.track.name) for shape in shapes]
    if sorted(v for v in named if v is not None) == [0, 1, 2, 3]:
        return sorted(range(4), key=lambda i: named[i] or 0), "by the voices' names"
    if all(shape.single >= _DOUBLE_STOPS for shape in shapes) and not _contradicted(shapes):
        return sorted(range(4), key=lambda i: -shapes[i].pitch), "the highest of four voices"
    return None


def _without_chord_track(shapes: Sequence[TrackShape]) -> list[int]:
    """List the tracks of a choir without the track that names its chords, as `generate` writes it.

    Where at least three tracks have the names of voices it is no fifth voice, and no band.
    """
    singing = [i for i, s in enumerate(shapes) if role_by_name(s.track.name) != "chords"]
    voices = sum(voice_of_name(shapes[i].track.name) is not None for i in singing)
    return singing if len(singing) == 4 and voices >= 3 else list(range(len(shapes)))


def _contradicted(shapes: Sequence[TrackShape]) -> bool:
    """Whether names speak against four voices: a melody that is not on top, or a band."""
    top = max(shapes, key=lambda shape: shape.pitch)
    named = [shape for shape in shapes if melody_rank(shape.track.name) is not None]
    band = {"piano", "guitar", "chords", "drums", "pad", "organ", "percussion", "effects"}
    return any(shape is not top for shape in named) or any(
        role_by_name(shape.track.name) in band for shape in shapes
    )


def _choose(pitched: Sequence[TrackShape]) -> tuple[TrackShape, str, str]:
    """Give the melody, how it was found, and why it may be none."""
    ranks = {i: melody_rank(shape.track.name) for i, shape in enumerate(pitched)}
    named = [(rank, i) for i, rank in ranks.items() if rank is not None]
    if named:
        best = min(rank for rank, _ in named)
        return max((pitched[i] for rank, i in named if rank == best), key=_tunefulness), (
            "by its name"
        ), ""  # fmt: skip
    likely = [shape for shape in pitched if _role_said(shape.track) not in _NEVER]
    likeliest = max(likely or pitched, key=_tunefulness)
    unsure = ONLY if len(pitched) == 1 else "the likeliest one"
    if not likely:
        return likeliest, unsure, "only bass, chords and the like have notes"
    sung = [shape for shape in likely if not _unsung(shape)]
    if not sung:
        why = f"the likeliest track, {_named(likeliest.track)}, {_unsung(likeliest)}"
        return likeliest, unsure, why
    chosen = max(sung, key=_tunefulness)
    if len(pitched) == 1:
        return chosen, ONLY, ""
    only = "the only one that can be it"
    return chosen, only if len(sung) == 1 else "by register and movement", ""


def _role_said(track: Track) -> str | None:
    return role_by_name(track.name) or role_by_program(track)


def _unsung(shape: TrackShape) -> str:
    """Say why a track cannot be a melody; empty if it can."""
    if shape.pitch < _LOWEST_TUNE and shape.is_line:
        return "is a bass line"
    return f"plays in {100 * shape.played:.0f} % of the piece" if shape.played < _PLAYED else ""


def _tunefulness(shape: TrackShape) -> float:
    """Points for a single line, played throughout, in the register of singers and flutes."""
    register = min(max((shape.pitch - 60) / 12, -2.0), 0.8)  # above E5 it is no more a tune
    family = _FAMILY_POINTS.get(role_by_program(shape.track) or "", 0.0)
    rate = len(shape.track.clip.notes) / max(shape.played, 0.01)
    thin = -1.0 if rate < 8 else 0.0  # some long tones are a pad, not a tune
    line = 1.5 * shape.single + 0.75 * shape.is_line
    return line + 2.0 * min(shape.played, 0.6) + register + family + thin


def _named(track: Track) -> str:
    return repr(track.name) if track.name else f"that on channel {track.channel + 1}"
