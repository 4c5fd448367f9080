import numpy as np
import pytest

from models.evaluation.any_style.accompaniments import (
    all_general_figures,
    naive_pieces,
    takes_differ,
)
from models.evaluation.any_style.baselines import other_piece, random_triads
from models.evaluation.any_style.measures import general_figures, window_features
from models.evaluation.any_style.texture import Texture
from models.music.clip import DRUM_CHANNEL, Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap

TUNE = [(i, 1, p) for i, p in enumerate((72, 74, 76, 72, 79, 77, 76, 74))]
CHORDS = [(b, 2, p) for b in (0, 2, 4, 6) for p in (48, 52, 55)]


def track(notes, channel=0):
    return Track(f"on {channel}", Clip(tuple(Note(*n) for n in notes)), channel=channel)


def piece(below=CHORDS, tune=TUNE, meter=None):
    meters = MeterMap.constant(meter or Meter())
    return Composition(track(tune), (track(below, 1),), meter=meters)


def figures(*pieces):
    return general_figures([Texture(p) for p in pieces])


def test_chords_below_a_tune_are_measured():
    found = figures(piece())
    assert found["onsets_per_bar"] == 6
    assert found["polyphony"] == 3
    assert found["empty_bars"] == 0
    assert found["on_eighths"] == 1
    assert found["groove"] == 1
    assert found["note_in_chord"] == pytest.approx(5 / 8)  # C E C G E of the eight


def test_a_melody_doubled_at_the_octave_is_all_in_the_chord_and_never_dissonant():
    found = figures(piece([(s, d, p - 12) for s, d, p in TUNE]))
    assert found["note_in_chord"] == 1
    assert found["dissonance"] == 0
    assert found["chroma_to_melody"] == pytest.approx(1)


def test_semitones_and_tritones_against_the_melody_are_dissonant():
    for interval, share in ((13, 1), (6, 1), (10, 1), (7, 0), (4, 0), (5, 0)):
        below = [(s, d, p - interval) for s, d, p in TUNE]
        assert figures(piece(below))["dissonance"] == share


def test_a_silent_accompaniment_leaves_every_bar_empty():
    found = figures(piece([]))
    assert found["empty_bars"] == 1
    assert np.isnan(found["note_in_chord"])
    assert found["onsets_per_bar"] == 0


def test_groove_falls_where_bars_differ():
    one_off = [*CHORDS, (5.5, 0.5, 48)]
    assert figures(piece(one_off))["groove"] == pytest.approx(15 / 16)


def test_bars_follow_the_meter():
    assert figures(piece(meter=Meter(2, 4)))["onsets_per_bar"] == 3
    assert Texture(piece(meter=Meter(3, 4))).bars == [(0, 12), (12, 24), (24, 36)]


def test_drums_count_for_no_pitch():
    drums = track([(i / 2, 0.25, 42) for i in range(16)], DRUM_CHANNEL)
    plain = piece()
    band = plain.with_accompaniment((*plain.accompaniment, drums))
    assert figures(band) == figures(plain)


def test_windows_are_described_alike_in_every_transposition():
    higher = piece([(s, d, p + 3) for s, d, p in CHORDS], [(s, d, p + 3) for s, d, p in TUNE])
    one, other = window_features(Texture(piece())), window_features(Texture(higher))
    assert one.shape[0] == 2
    assert one == pytest.approx(other)


def test_windows_in_which_only_one_sounds_are_left_out():
    empty = window_features(Texture(piece([])))
    assert len(empty) == 0
    assert empty.shape[1] == window_features(Texture(piece())).shape[1]


def test_the_naive_rivals_keep_the_melody_and_its_length():
    pieces = [piece(), piece([(0, 4, 60)], [(0, 3, 66)]), piece()]
    for rivals in (other_piece(pieces), other_piece(pieces, same_key=True), random_triads(pieces)):
        assert [r.melody for r in rivals] == [p.melody for p in pieces]
        assert all(r.length == p.length for r, p in zip(rivals, pieces, strict=True))


def test_another_piece_in_the_same_key_fits_better():
    low = piece([(s, d, p + 6) for s, d, p in CHORDS], [(s, d, p + 6) for s, d, p in TUNE])
    plain, fitted = (
        figures(*other_piece([piece(), low], same_key=same))["note_in_chord"]
        for same in (False, True)
    )
    assert fitted > plain


def test_all_figures_of_a_set_stand_beside_real_music_and_rivals():
    real = [piece(), piece([(s, d, p - 5) for s, d, p in CHORDS])] * 3
    found = all_general_figures(real, [real, real], naive_pieces(real))
    assert list(found) == ["model", "real", "other-piece", "other-in-key", "random-triad"]
    assert found["model"]["c2st"] == pytest.approx(0.5)
    assert takes_differ([real, real]) == {"two_seeds_agree": 1, "two_seeds_identical": 1}
