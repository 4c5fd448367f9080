"""The figures that are reported, in their order: title, group and where a good value lies."""

from typing import NamedTuple

LESS = "less"
MORE = "more"
REAL = "as real"


class Figure(NamedTuple):
    """How a figure is shown."""

    title: str
    group: str
    good: str = REAL
    digits: int = 3


TOLD = "Told from real music (0.5: not at all)"
FORM = "Form"
LEADING = "Voice leading"
HARMONY = "Harmony"
RHYTHM = "Rhythm"
BAND = "The band (see docs/training.md, Measures)"
AGREEMENT = "Agreement with the real accompaniment"
TAKES = "Two takes of one melody"
LIKELIHOOD = "Likelihood of the real accompaniment (nats a note)"
TEXTURE = "Texture (DeepComposer's measures, as documented)"

MENDED = "Damaged melodies after the edit (note F1 with what they were)"
EXTENDED = "Eight bars that go on after eight"

_SEEN = ("", ""), ("_seen", ", melody in the training"), ("_unseen", ", melody not in it")

FIGURES: dict[str, Figure] = {
    "c2st": Figure("classifier, worse of both", TOLD, LESS),
    "c2st_aligned": Figure("classifier, bars", TOLD, LESS),
    "c2st_straddling": Figure("classifier, across bar lines", TOLD, LESS),
    "c2st_plan": Figure("classifier, chords alone", TOLD, LESS),
    "c2st_bass": Figure("classifier, bass", TOLD, LESS),
    "c2st_drums": Figure("classifier, drums", TOLD, LESS),
    "c2st_phrases": Figure("classifier, harmony of four bars", TOLD, LESS),
    "overlap_area": Figure("overlap of piece features, OA (weak)", TOLD),
    "key_found": Figure("key found", FORM, MORE),
    "last_root": Figure("last chord on the real root", FORM, MORE),
    "ends_at_home": Figure("last chord is the tonic, root in the bass", FORM),
    "repeats_agree": Figure("half bars of a melody come again with their root", FORM),
    "outside_key": Figure("time on pitches outside the key", FORM),
    "parallel_fifths": Figure("parallel fifths /100 changes", LEADING, LESS, 2),
    "parallel_octaves": Figure("parallel octaves /100 changes", LEADING, LESS, 2),
    "parallel_fifths_beat": Figure("... fifths from beat to beat", LEADING, LESS, 2),
    "parallel_octaves_beat": Figure("... octaves from beat to beat", LEADING, LESS, 2),
    "hidden": Figure("hidden fifths and octaves /100 changes", LEADING, REAL, 2),
    "crossing": Figure("voices crossed /100 frames", LEADING, REAL, 2),
    "overlap": Figure("overlaps /100 changes", LEADING, REAL, 2),
    "spacing": Figure("upper voices over an octave apart /100", LEADING, REAL, 2),
    "range": Figure("outside Bach's ranges /100 notes", LEADING, LESS, 2),
    "steps": Figure("steps among moves", LEADING),
    "odd_leaps": Figure("tritones and sevenths /100 moves", LEADING, REAL, 2),
    "wide_leaps": Figure("leaps over an octave /100 moves", LEADING, REAL, 2),
    "contrary": Figure("outer voices in contrary motion", LEADING),
    "all4": Figure("all four voices move", LEADING),
    "chordal": Figure("frames that are chords", HARMONY),
    "chordal_beat": Figure("... on beats", HARMONY),
    "triad": Figure("triads", HARMONY),
    "seventh": Figure("seventh chords", HARMONY),
    "incomplete": Figure("incomplete chords", HARMONY),
    "other": Figure("other sonorities", HARMONY),
    "dissonance": Figure("dissonant pairs", HARMONY),
    "note_in_chord": Figure("melody in the chord", HARMONY),
    "consonance": Figure("consonance with the melody (-1 to 1)", HARMONY),
    "melody_distance": Figure("melody to chord, tonal distance", HARMONY),
    "tonal_distance": Figure("chord to chord, tonal distance", HARMONY),
    "chord_entropy": Figure("entropy of chords (nats)", HARMONY, REAL, 2),
    "chords": Figure("different chords a piece", HARMONY, REAL, 1),
    "chroma_to_melody": Figure("chroma cosine with the melody", HARMONY),
    "held": Figure("cells held from the frame before", RHYTHM),
    **{f"held_{v}": Figure(f"... {v}", RHYTHM) for v in ("soprano", "alto", "tenor", "bass")},
    "hr_frame": Figure("changes of harmony a beat", RHYTHM, REAL, 2),
    "hr_beat": Figure("beats with another chord", RHYTHM),
    "rest": Figure("rests /100 cells", RHYTHM, REAL, 2),
    "groove": Figure("groove: likeness of adjacent bars", RHYTHM),
    "onsets_per_bar": Figure("onsets a bar", RHYTHM, REAL, 1),
    "polyphony": Figure("pitches at once", RHYTHM, REAL, 2),
    "empty_bars": Figure("bars without accompaniment", RHYTHM, REAL),
    "on_eighths": Figure("onsets on eighths", RHYTHM),
    "as_harmonised": Figure("chords as in the piece", BAND),
    "chord_changes": Figure("slots with another chord", BAND),
    "bars_repeat": Figure("bars of a melody that comes again, alike", BAND),
    "semitone_beside": Figure("pitches a semitone beside the melody", BAND, LESS),
    "bass_on_root": Figure("bass on root or fifth", BAND),
    "backbeat": Figure("bars with a backbeat", BAND),
    "copied_bars": Figure("bars copied from the training", BAND, LESS),
    **{f"agreement{s}": Figure(f"as played{t}", AGREEMENT, MORE) for s, t in _SEEN},
    **{f"agreement_certain{s}": Figure(f"without chance{t}", AGREEMENT, MORE) for s, t in _SEEN},
    "melody_kept": Figure("melody kept", AGREEMENT, MORE),
    "two_seeds_agree": Figure("cells that are the same", TAKES, LESS),
    "two_seeds_identical": Figure("pieces that are identical", TAKES, LESS),
    "nll": Figure("all voices", LIKELIHOOD, LESS),
    "nll_alto": Figure("alto", LIKELIHOOD, LESS),
    "nll_tenor": Figure("tenor", LIKELIHOOD, LESS),
    "nll_bass": Figure("bass", LIKELIHOOD, LESS),
    "nll_pieces": Figure("mean of the pieces", LIKELIHOOD, LESS),
    "nll_seen": Figure("melody in the training", LIKELIHOOD, LESS),
    "nll_unseen": Figure("melody not in it", LIKELIHOOD, LESS),
    "empty_bar_rate": Figure("empty bars", TEXTURE),
    "pitches_per_bar": Figure("pitches used a bar, all tracks", TEXTURE, REAL, 2),
    "pitches_per_bar_track": Figure("... an accompanying track", TEXTURE, REAL, 2),
    "in_scale_c": Figure("notes in C major", TEXTURE),
    "in_scale_best_key": Figure("notes in the best major key", TEXTURE),
    "polyphonic_1": Figure("steps with more than 1 pitch", TEXTURE),
    "polyphonic_2": Figure("steps with more than 2", TEXTURE),
    "polyphonic_3": Figure("steps with more than 3", TEXTURE),
    "qualified_notes": Figure("notes of an eighth or more", TEXTURE),
    "drums_in_pattern": Figure("drum notes in the pattern", TEXTURE),
    "training_similarity": Figure("nearest training bar (cells in common)", TEXTURE),
    "mended_intact": Figure("intact melodies", MENDED, MORE),
    "mended_cells": Figure("up to all notes lost, wrong sixteenths", MENDED, MORE),
    "mended_few_cells": Figure("some notes lost, some wrong sixteenths", MENDED, MORE),
    "mended_moved": Figure("notes moved by up to a tritone", MENDED, MORE),
    "mended_slips": Figure("notes beside, out of the key", MENDED, MORE),
    "mended_rhythm": Figure("onsets shifted, notes struck twice", MENDED, MORE),
    "extended_notes": Figure("notes a beat", EXTENDED),
    "extended_rest": Figure("share of silence", EXTENDED),
    "extended_in_key": Figure("in the key of what was before", EXTENDED),
    "extended_like": Figure("bars like one before (F1)", EXTENDED),
    "extended_again": Figure("bars that were there before", EXTENDED),
    "extended_steps": Figure("steps among moves", EXTENDED),
}
