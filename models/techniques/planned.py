"""Asks a generator which chords it means to put under a melody."""

from collections.abc import Mapping

from models.artifact.generator import CHORDS, Generator
from models.artifact.manifest import Manifest
from models.music.clip import DRUM_CHANNEL, Clip, Composition
from models.music.harmony import Chord, Harmony
from models.techniques.accompany import heard_notes, melody_range, own_tracks
from models.techniques.call import call_for, without
from models.techniques.compound import bent
from models.techniques.heard_chords import as_heard, as_told
from models.techniques.known_key import found_key, with_key
from models.techniques.surroundings import Timeline
from models.techniques.windows import windows


def planned(
    generator: Generator,
    piece: Composition,
    seed: int,
    controls: Mapping[str, float] | None = None,
    begin: float | None = None,
    end: float | None = None,
) -> Harmony | None:
    """Give the chords of what `accompany` makes of the same, in beats; None if it has no plan.

    What the piece plays already by tracks of the same names is what each stretch goes on from; in
    [begin, end) it tells which tones of the chords are heard, unless chords lead there.
    """
    plan = getattr(generator, "plan", None)
    if plan is None or not getattr(generator, "has_plan", False):
        return None
    begin, end = melody_range(piece, begin, end)
    sounding = own_tracks(piece, generator.manifest)
    chords: list[Chord] = []
    key, certainty = 0, 0.0
    manifest = generator.manifest
    given = with_key(manifest, piece, controls or {})
    heard = heard_notes(manifest, piece, controls or {})
    lead = heard.get(CHORDS, Timeline())
    played = _pitched(sounding, manifest)
    for window in windows(piece.meter, begin, end, manifest.max_beats):
        before = {
            i: Timeline(without(clip, window.begin, end).notes) for i, clip in sounding.items()
        }
        tracks = {i: line.around(window.begin, window.end) for i, line in (heard | before).items()}
        bpm = piece.tempo.bpm_at(window.begin)
        call = call_for(manifest, tracks, window, bpm, given)
        told = plan(call.rows, call.begin, call.end, call.controls, seed)
        for start, duration, root, bass, tones, found, sure in told.tolist():
            bits = int(tones)
            classes = frozenset(c for c in range(12) if bits >> c & 1)
            first, last = (bent(b) if call.is_bent else b for b in (start, start + duration))
            at = first + window.origin
            chord = Chord(at, last - first, int(root), int(bass), classes)
            is_led = any(n.start < chord.end for n in lead.near(chord.start, chord.end))
            chords.append(as_told(chord) if is_led else as_heard(chord, played))
            if sure > certainty:
                key, certainty = int(found), sure
    # A model that is told a key takes it for certain: how certain is known to who found it.
    key, certainty = found_key(manifest, piece, controls or {}) or (key, certainty)
    return Harmony(tuple(chords), key, certainty).joined()


def _pitched(sounding: Mapping[int, Clip], manifest: Manifest) -> Timeline:
    """Put the notes of all tracks but drums in order."""
    tracks = enumerate(manifest.tracks, start=1)
    pitched = [i for i, track in tracks if track.channel != DRUM_CHANNEL]
    return Timeline(sorted(n for i in pitched for n in sounding.get(i, Clip()).notes))
