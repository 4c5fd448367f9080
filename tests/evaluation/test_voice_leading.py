import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.evaluation.four_part.chords import (
    INCOMPLETE,
    OTHER,
    SEVENTH,
    TRIAD,
    beat_chords,
    chord_classes,
    pitch_class_sets,
)
from models.evaluation.four_part.frames import windows
from models.evaluation.four_part.rules import corpus_rules, rules
from models.music.clip import Clip, Note
from models.music.sixteenths import sample_voice, sample_voices

TONIC = (72, 67, 64, 48)


def frames(*chords, each=4):
    return np.repeat(np.array(chords), each, axis=0)


def test_a_frame_takes_the_note_at_its_middle():
    clip = Clip((Note(0, 0.4, 60), Note(0.4, 0.6, 62), Note(1, 0.1, 64), Note(1.5, 0.5, 65)))
    assert sample_voice(clip, 9).tolist() == [60, 60, 62, 62, -1, -1, 65, 65, -1]


def test_voices_reach_to_the_last_release():
    found = sample_voices([Clip((Note(0, 1, 72),)), Clip((Note(0, 1.5, 60),))])
    assert found.tolist() == [[72, 60]] * 4 + [[-1, 60]] * 2


def test_windows_leave_out_bars_with_rests():
    piece = frames(TONIC, each=48)
    piece[20, 1] = -1
    assert len(windows(piece)) == 2
    assert len(windows(piece, offset=8)) == 1


def test_fifths_that_move_together_are_parallel():
    found = rules(frames((72, 67, 60, 48), (74, 69, 60, 48)))
    assert found["parallel_fifths"] == 0
    found = rules(frames((79, 72, 64, 48), (81, 74, 64, 48)))
    assert (found["parallel_fifths"], found["parallel_octaves"]) == (100, 0)
    assert (found["parallel_fifths_beat"], found["parallel_octaves_beat"]) == (100, 0)


def test_octaves_that_move_together_are_parallel_and_held_ones_are_not():
    assert rules(frames((72, 67, 64, 48), (74, 67, 65, 50)))["parallel_octaves"] == 100
    assert rules(frames((72, 67, 64, 48), (72, 69, 65, 48)))["parallel_octaves"] == 0


def test_octaves_reached_in_contrary_motion_are_not_parallel():
    assert rules(frames((72, 67, 64, 48), (79, 67, 64, 43)))["parallel_octaves"] == 0


def test_fifths_on_consecutive_beats_are_seen_through_what_lies_between():
    chord, between, after = (79, 72, 64, 48), (79, 71, 64, 48), (81, 74, 64, 48)
    piece = np.array([chord] * 2 + [between] * 2 + [after] * 4)
    found = rules(piece)
    assert (found["parallel_fifths"], found["parallel_fifths_beat"]) == (0, 100)


def test_a_leap_into_an_octave_with_the_bass_is_hidden():
    assert rules(frames((67, 64, 60, 45), (72, 64, 60, 48)))["hidden"] == 100
    assert rules(frames((71, 64, 60, 45), (72, 64, 60, 48)))["hidden"] == 0


def test_crossing_spacing_overlap_and_range_are_counted_by_frame():
    found = rules(frames(TONIC, (64, 67, 64, 48), (81, 67, 53, 35), TONIC))
    assert found["crossing"] == 25
    assert found["spacing"] == 25
    assert found["range"] == pytest.approx(100 / 16)
    assert found["overlap"] > 0


def test_a_piece_of_rests_measures_nothing_but_its_rests():
    found = rules(np.full((16, 4), -1))
    assert found["rest"] == 100
    assert np.isnan(found["parallel_fifths"])
    assert np.isnan(found["chordal"])


def test_chords_are_classed_by_their_pitch_classes():
    chords = [TONIC, (72, 70, 64, 48), (72, 72, 64, 48), (74, 73, 72, 60), (70, 64, 55, 48)]
    found = chord_classes(pitch_class_sets(np.array(chords)))
    assert found.tolist() == [TRIAD, SEVENTH, INCOMPLETE, OTHER, SEVENTH]


def test_the_chord_of_a_beat_is_that_of_its_longest_notes():
    piece = frames((67, 64, 48), (69, 65, 53))
    piece[3, 0] = 62  # a passing note
    assert beat_chords(piece).tolist() == [0, 5]  # C major, F major
    assert beat_chords(np.full((8, 3), -1)).tolist() == [-1, -1]


def test_held_cells_and_changes_of_harmony():
    found = rules(frames(TONIC, (72, 69, 65, 53)))
    assert found["held"] == pytest.approx(1 - 3 / 28)
    assert found["held_soprano"] == 1
    assert found["hr_frame"] == pytest.approx(4 / 7)
    assert found["hr_beat"] == 1
    assert found["all4"] == 0


def test_a_corpus_weighs_its_pieces_by_their_length():
    calm, busy = frames(TONIC, each=32), frames((79, 72, 64, 48), (81, 74, 64, 48))
    assert corpus_rules([calm, busy])["parallel_fifths"] == 100
    assert corpus_rules([calm, busy])["chordal"] == pytest.approx(36 / 40)


voices = st.tuples(
    st.integers(60, 81), st.integers(52, 74), st.integers(46, 69), st.integers(36, 66)
)


@settings(max_examples=40)
@given(st.lists(voices, min_size=2, max_size=12), st.integers(-11, 11))
def test_transposing_changes_no_figure_but_the_range(chords, shift):
    before, after = rules(frames(*chords)), rules(frames(*chords) + shift)
    fits_are_tied = {"note_in_chord", "tonal_distance", "chord_entropy", "chords", "hr_beat"}
    for name in before.keys() - {"range"} - fits_are_tied:
        assert before[name] == pytest.approx(after[name], nan_ok=True), name
