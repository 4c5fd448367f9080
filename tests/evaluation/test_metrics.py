import numpy as np
import pytest

from models.evaluation.any_style import metrics
from models.evaluation.any_style.texture import Texture, TrainingBars, texture_figures
from models.music.clip import Clip, Composition, Note, Track

C_MAJOR = (60, 62, 64, 65, 67, 69, 71, 72)
CHROMATIC = tuple(range(60, 72))
BAR = [(0, 16)]


def scale(pitches, steps=2):
    roll = np.zeros((len(pitches) * steps, 128), bool)
    for i, pitch in enumerate(pitches):
        roll[i * steps : (i + 1) * steps, pitch] = True
    return roll


def piece(*voices):
    """Each voice: (start, duration, pitch)..."""
    clips = [Clip(tuple(Note(*note) for note in voice)) for voice in voices]
    tracks = [Track(f"voice {i}", c, channel=i) for i, c in enumerate(clips)]
    return Texture(Composition(tracks[0], tuple(tracks[1:])))


def test_a_silent_bar_is_empty_and_uses_no_pitch():
    silence = np.zeros((16, 128), bool)
    assert metrics.empty_bar_rate(silence, BAR) == 1
    assert metrics.pitches_per_bar(silence, BAR) == 0
    assert metrics.polyphonic_rate(silence) == 0
    assert np.isnan(metrics.in_scale_ratio(silence))
    assert np.isnan(metrics.best_key_ratio(silence))


def test_one_of_two_bars_with_a_note_is_not_empty():
    roll = np.zeros((32, 128), bool)
    roll[20, 60] = True
    assert metrics.empty_bar_rate(roll, [(0, 16), (16, 32)]) == 0.5


def test_a_scale_of_c_major_lies_in_c_major_and_uses_eight_pitches():
    roll = scale(C_MAJOR)
    assert metrics.empty_bar_rate(roll, BAR) == 0
    assert metrics.pitches_per_bar(roll, BAR) == 8
    assert metrics.in_scale_ratio(roll) == 1
    assert metrics.polyphonic_rate(roll, 0) == 1
    assert metrics.polyphonic_rate(roll, 1) == 0


def test_the_scale_stays_in_its_key_wherever_it_is_transposed_and_in_every_octave():
    for shift in range(-24, 25):
        roll = scale([p + shift for p in C_MAJOR])
        assert metrics.best_key_ratio(roll) == 1
        assert metrics.in_scale_ratio(roll, shift % 12) == 1
    assert metrics.in_scale_ratio(scale([p + 1 for p in C_MAJOR])) == pytest.approx(2 / 8)


def test_seven_of_the_twelve_notes_of_a_chromatic_scale_lie_in_any_key():
    roll = scale(CHROMATIC)
    assert metrics.in_scale_ratio(roll) == pytest.approx(7 / 12)
    assert metrics.best_key_ratio(roll) == pytest.approx(7 / 12)
    assert metrics.pitches_per_bar(roll, [(0, 24)]) == 12


def test_a_triad_is_more_than_two_pitches_at_once():
    roll = scale([60]) | scale([64]) | scale([67])
    assert [metrics.polyphonic_rate(roll, n) for n in (1, 2, 3)] == [1, 1, 0]


def test_notes_shorter_than_an_eighth_are_not_qualified():
    clip = Clip((Note(0, 0.25, 60), Note(1, 0.5, 60), Note(2, 2, 60), Note(4, 0.48, 60)))
    assert metrics.qualified_note_rate([clip]) == 0.75


def test_drums_on_sixteenths_are_in_the_pattern_and_those_beside_them_hardly():
    assert metrics.drum_in_pattern_rate([0, 0.25, 0.5, 3.75]) == 1
    assert metrics.drum_in_pattern_rate([1 / 16]) == pytest.approx(0.1)
    assert metrics.drum_in_pattern_rate([1 / 8]) == 0
    assert metrics.drum_in_pattern_rate([3 / 16]) == pytest.approx(0.1)
    assert np.isnan(metrics.drum_in_pattern_rate([]))


@pytest.mark.parametrize(
    ("steps_per_beat", "mask"),
    [
        (16, [1, 0.1, 0, 0.1]),
        (24, [1, 0.1, 0, 0, 0, 0.1]),
        (12, [1, 0.1, 0.1]),
        (8, [1, 0.1]),
        (4, [1, 0.1]),
    ],
)
def test_the_pattern_of_drums_is_the_same_on_every_grid(steps_per_beat, mask):
    assert metrics.pattern_mask(steps_per_beat).tolist() == mask


def test_a_grid_of_quarters_has_no_pattern_of_drums():
    with pytest.raises(ValueError, match="at least 2"):
        metrics.pattern_mask(1)


def test_figures_of_a_set_weigh_pieces_by_their_bars():
    short = piece([(0, 4, 72)], [(0, 4, 60)])
    long = piece([(0, 12, 72)], [(0, 4, 60), (4, 2, 60), (6, 2, 64)])
    found = texture_figures([short, long])
    assert found["empty_bar_rate"] == 0.25
    assert found["pitches_per_bar_track"] == 1.0
    assert found["pitches_per_bar"] == pytest.approx((2 + 2 + 3 + 1) / 4)
    assert found["in_scale_best_key"] == 1


def test_a_copied_bar_is_as_near_as_can_be_even_transposed():
    bar = [(0, 4, 72)], [(0, 1, 60), (1, 1, 62), (2, 2, 64)]
    moved = [[(s, d, p + 5) for s, d, p in voice] for voice in bar]
    other = [(0, 4, 72)], [(0, 4, 48)]
    training = TrainingBars([piece(*bar)])
    assert training.nearest([piece(*moved)]) == 1
    assert training.nearest([piece(*other)]) == pytest.approx(16 / 48)


def test_without_training_bars_there_is_no_nearness():
    assert np.isnan(TrainingBars([]).nearest([piece([(0, 4, 72)], [(0, 4, 60)])]))
