"""Keys and chords on the command line of `continuo generate`: read, led by, and said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bridge.commands.errors import UserError
from bridge.commands.model_choice import usable_model
from models.artifact.manifest import CHORDS_HEARD
from models.music.chord_names import read_chord
from models.music.clip import DRUM_CHANNEL, Clip, Composition, Extra, Track
from models.music.harmony import Harmony, chord_track
from models.music.key import KEY_CONTROL, control_of_key, not_a_key, read_key
from models.music.key_finder import find_keys
from models.music.melody import skyline
from models.music.phrase_ends import phrase_ends
from models.music.progression import Progression, read_progression
from models.music.sounding_chords import sounding_chords
from models.music.tempo import MeterMap
from models.music.whole_bars import first_bar
from models.music.written_ends import written_ends
from models.techniques.parts import LEADING

FROM_TRACK = "track"
_NAMES = ("chords", "harmony", "akkorde")
_SHOWN = 16  # chords, changes of key or ends of phrases that fit on a line


def key_controls(name: str | None, models: Sequence[str]) -> dict[str, float]:
    """Give the control that sets a key such as F#m; UserError if no model can be told it."""
    if name is None:
        return {}
    manifests = [usable_model(model).require() for model in models]
    if not any(c.name == KEY_CONTROL for m in manifests for c in m.controls):
        raise UserError(f"--key: {models[0]} cannot be told a key; `bach` can")
    key = read_key(name)
    if key is None:
        raise UserError(f"--key {not_a_key(name)}")
    return {KEY_CONTROL: control_of_key(*key)}


def check_chords(text: str | None, models: Sequence[str]) -> None:
    """Say what is wrong with `--chords` before the seconds that loading a model takes."""
    if text is None:
        return
    if not any(CHORDS_HEARD in usable_model(model).require().hears for model in models):
        raise UserError(f"--chords: {models[0]} follows the melody alone, it hears no chords")
    if text.strip() != FROM_TRACK:
        chosen_progression(text)


def chosen_progression(text: str) -> Progression:
    """Read the names of `--chords`; UserError says what is wrong with them."""
    try:
        return read_progression(text)
    except ValueError as error:
        raise UserError(f"--chords: {error}") from None


def with_chords(piece: Composition, text: str, until: float) -> Composition:
    """Let chords lead: those of the file's own track, or names, a bar each, again and again.

    Names lead up to the beat `until` where the models write further than the melody goes.
    """
    if text.strip() == FROM_TRACK:
        found = [t for t in piece.accompaniment if t.name.strip().casefold() in _NAMES]
        if not found:
            has = ", ".join(t.name for t in piece.tracks if t.name) or "no names"
            raise UserError(f"--chords track: no track is named Chords; the file has {has}")
        lead = replace(found[0], role=LEADING)
        others = tuple(t for t in piece.accompaniment if t is not found[0])
    else:
        lead = Track("Chords", _clip(piece, chosen_progression(text), until), LEADING, channel=15)
        others = piece.accompaniment
    return piece.with_accompaniment((*others, lead))


def _clip(piece: Composition, progression: Progression, until: float) -> Clip:
    """Lay the chords under the melody from its first whole bar on: a pick-up has none."""
    end = max(piece.meter.bar_line_from(piece.melody.clip.end), until)
    first = first_bar(piece.melody.clip, piece.meter)
    return Clip(tuple(progression.notes(first, end, first, piece.meter)), end)


@dataclass(frozen=True, slots=True)
class Form:
    """The harmony of a result, and what its melody tells: modulations, and where phrases end."""

    harmony: Harmony
    modulations: tuple[tuple[float, str], ...]  # beat, key
    phrase_ends: tuple[float, ...]  # beats on which the last notes begin
    meter: MeterMap
    is_told: bool = False  # the key was set, not found

    def bar(self, beat: float) -> int:
        """Number the bar that a beat lies in, from 1."""
        return self.meter.bars(self.meter.bar_line(beat)) + 1

    @property
    def phrase_bars(self) -> list[int]:
        """The bars in which phrases end."""
        return sorted({self.bar(beat) for beat in self.phrase_ends})


def form_of(made: Composition, planned: Harmony | None, *, is_told: bool = False) -> Form:
    """Find the form of a result; without a plan its harmony is the one that sounds.

    `is_told`: its key was set, so that nothing is certain or doubtful about it.
    """
    melody, meter = made.melody.clip, made.meter
    fermatas = written_ends(made)
    found = find_keys(melody, meter, fermatas)
    if planned is None:
        chords = sounding_chords(made.tracks, 0.0, made.length) if made.accompaniment else ()
        planned = Harmony(chords, found.key, found.certainty)
    ends = phrase_ends(Clip(skyline(melody).notes), meter, fermatas)
    # Where it goes is told from where it is at home, which may have been set.
    modulations = found.modulations if planned.key == found.key else ()
    return Form(planned.joined(), modulations, tuple(n.start for n in ends), meter, is_told)


def told(form: Form) -> str:
    """Say the key, where it changes, where phrases end and the first chords, in a line."""
    harmony = form.harmony
    names = [c.name or "?" for c in harmony.chords]
    changes = [f", {name} from bar {form.bar(beat)}" for beat, name in form.modulations]
    ends = [str(bar) for bar in form.phrase_bars]
    sure = f"{harmony.certainty:.0%} sure" if harmony.certainty < 0.995 else "surely"
    said = f"in {harmony.key_name} ({'as told' if form.is_told else sure})"
    said += _first(changes, "")
    if ends:
        said += f"; phrases end in bars {_first(ends, ', ')}"
    return f"{said}: {_first(names, ' ')}" if names else said


def _first(words: Sequence[str], between: str) -> str:
    return between.join(words[:_SHOWN]) + (" ..." if len(words) > _SHOWN else "")


def as_entry(form: Form) -> dict[str, Any]:
    """Give key, modulations, phrase ends and chords as `--json` prints them."""
    harmony = form.harmony
    return {
        "key": harmony.key_name,
        "key_certainty": round(harmony.certainty, 3),
        "modulations": [
            {"bar": form.bar(beat), "beat": round(beat, 3), "key": name}
            for beat, name in form.modulations
        ],
        "phrase_ends": form.phrase_bars,
        "chords": [[round(c.start, 3), c.name] for c in harmony.chords],
    }


def with_names(made: Composition, harmony: Harmony) -> Composition:
    """Write the key, if the file had none, and the chords' names into the file's markers.

    They take the place of chord names that the file had: those were of another harmony.
    """
    origin = dict(made.provenance)
    if harmony.certainty > 0:
        origin.setdefault("keys", ((0.0, harmony.key_name),))
    origin["chords"] = tuple((c.start, c.name) for c in harmony.chords if c.name)
    if origin["chords"] and "texts" in origin:
        origin["texts"] = without_chord_names(origin["texts"])
    return replace(made, provenance=origin)


def without_chord_names(texts: Iterable[Extra]) -> tuple[Extra, ...]:
    """Leave out the markers that name chords; letters, each once, are parts of the form."""
    texts = tuple(texts)
    named = [t for t in texts if t.is_marker and read_chord(t.data.decode("latin1"))]
    letters = {t.data for t in named if len(t.data) == 1}
    if len(letters) == len(named):
        return texts
    return tuple(t for t in texts if t not in named)


def with_chords_track(made: Composition, harmony: Harmony) -> Composition:
    """Add the track `Chords`, on a channel where no voice is."""
    taken = {t.channel for t in made.tracks} | {DRUM_CHANNEL}
    channel = next((c for c in range(15, -1, -1) if c not in taken), 15)
    track = chord_track(harmony.chords, made.length, channel)
    return made.with_accompaniment((*made.accompaniment, track))
