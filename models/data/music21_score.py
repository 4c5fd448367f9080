"""A four-part score of the music21 package as a Composition, bars and pick-up where it has them."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from models.data.role_names import voice_of_name
from models.errors import ContinuoError
from models.formats.midi_write import MAJOR_KEYS, MINOR_KEYS
from models.music.clip import Clip, Composition, Note, Track
from models.music.melody import skyline
from models.music.tempo import EPSILON, Meter, MeterMap, TempoMap

VOICES = ("Soprano", "Alto", "Tenor", "Bass")
BPM = 80.0
_CHOIR = 52  # General MIDI: choir aahs


class EngravedError(ContinuoError, ValueError):
    """A score is no four-part chorale, said in a phrase."""


class _Bar(NamedTuple):
    """A printed measure: where it begins, how long it is and what its meter says."""

    begin: float
    length: float
    meter: Meter


def composition(score: Any, title: str) -> Composition:  # noqa: ANN401 - music21 is optional
    """Take the four voices out of a music21 Score; EngravedError if it has others."""
    parts = _four_parts(list(score.parts))
    bars = _joined(_bars(parts[0]))
    # The pick-up's bar is made whole by silence before it, so that bar lines fall as printed.
    missing = max(bars[0].meter.beats_per_bar - bars[0].length, 0.0) if len(bars) > 1 else 0.0
    bars[0] = bars[0]._replace(begin=-missing, length=bars[0].length + missing)
    length = bars[-1].begin + bars[-1].length + missing
    tracks = [
        Track(
            name,
            Clip(_voice(part, i).shifted(missing).notes, length),
            "melody" if i == 0 else name.lower(),
            _CHOIR,
            i,
        )
        for i, (name, part) in enumerate(zip(VOICES, parts, strict=True))
    ]
    if not all(track.clip.notes for track in tracks):
        raise EngravedError("a voice without notes")
    meter = _meter_map([bar._replace(begin=bar.begin + missing) for bar in bars])
    facts: dict[str, Any] = {"title": title, "pickup": bars[0].length - missing if missing else 0.0}
    if key := _key(parts):
        facts["keys"] = ((0.0, key),)
    return Composition(tracks[0], tuple(tracks[1:]), TempoMap.constant(BPM), meter, 480, facts)


def _four_parts(parts: Sequence[Any]) -> list[Any]:
    """Find soprano, alto, tenor and bass by their names, else take the four that there are."""
    named = {voice_of_name(str(part.partName or part.id or "")): part for part in reversed(parts)}
    if all(voice in named for voice in range(4)):
        return [named[voice] for voice in range(4)]
    if len(parts) != 4:
        raise EngravedError(f"{len(parts)} parts, not four voices")
    return list(parts)


# -- notes -------------------------------------------------------------------------------------
def _voice(part: Any, voice: int) -> Clip:  # noqa: ANN401
    notes: list[Note] = []
    for element in part.flatten().notes:
        length = float(element.duration.quarterLength)
        if length <= 0:  # a grace note
            continue
        start = float(element.offset)
        pitches = sorted(pitch.midi for pitch in element.pitches)
        if not pitches:
            continue
        pitch = pitches[0] if voice == 3 else pitches[-1]
        before = notes[-1] if notes else None
        if before and _is_tied(element) and before.pitch == pitch and _touch(before.end, start):
            notes[-1] = Note(before.start, start + length - before.start, pitch)
        else:
            notes.append(Note(start, length, pitch))
    return skyline(Clip(tuple(notes)))


def _is_tied(element: Any) -> bool:  # noqa: ANN401
    return element.tie is not None and element.tie.type in ("stop", "continue")


def _touch(end: float, start: float) -> bool:
    return abs(end - start) < EPSILON


# -- bars --------------------------------------------------------------------------------------
def _bars(part: Any) -> list[_Bar]:  # noqa: ANN401
    measures = list(part.getElementsByClass("Measure"))
    if not measures:
        raise EngravedError("no bars")
    begins = [float(m.offset) for m in measures]
    ends = [*begins[1:], begins[-1] + float(measures[-1].duration.quarterLength)]
    meter, out = Meter(), []
    for measure, begin, end in zip(measures, begins, ends, strict=True):
        signature = measure.timeSignature
        if signature is not None:
            meter = Meter(signature.numerator, signature.denominator)
        if end > begin:
            out.append(_Bar(begin, end - begin, meter))
    return out


def _joined(bars: Iterable[_Bar]) -> list[_Bar]:
    """Join two short measures that make one bar, as printed around a sign of repetition."""
    out: list[_Bar] = []
    for bar in bars:
        before = out[-1] if len(out) > 1 else None  # the first is a pick-up, if it is short
        if before and _touch(before.length + bar.length, before.meter.beats_per_bar):
            out[-1] = before._replace(length=before.length + bar.length)
        else:
            out.append(bar)
    return out


def _meter_map(bars: Sequence[_Bar]) -> MeterMap:
    """Write a bar of another length than its meter as a change; a short last bar ends early."""
    changes: list[tuple[float, Meter]] = []
    for i, bar in enumerate(bars):
        is_short_end = i == len(bars) - 1 and bar.length < bar.meter.beats_per_bar
        times = bar.length / bar.meter.beats_per_bar  # a last chord may stand for two bars
        fits = is_short_end or _touch(times, max(round(times), 1))
        meter = bar.meter if fits else _meter_of(bar.length)
        if not changes or changes[-1][1] != meter:
            changes.append((bar.begin, meter))
    return MeterMap(tuple(changes))


def _meter_of(length: float) -> Meter:
    quarters = Fraction(length).limit_denominator(16)
    denominator = 4 * quarters.denominator
    if denominator not in (4, 8, 16, 32, 64) or not 1 <= quarters.numerator <= 64:
        raise EngravedError(f"a bar of {length:g} quarters")
    return Meter(quarters.numerator, denominator)


def _key(parts: Sequence[Any]) -> str:
    for part in parts:
        for signature in part.recurse().getElementsByClass("KeySignature"):
            sharps = signature.sharps
            if sharps is not None and -7 <= sharps <= 7:
                names = MINOR_KEYS if getattr(signature, "mode", None) == "minor" else MAJOR_KEYS
                return names[sharps + 7]
    return ""
