import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.music.clip import Clip, Note
from models.music.piano_roll import PianoRoll, to_clip, to_roll


@st.composite
def clips_on_a_grid(draw):
    """Any clip on the grid whose notes of one pitch do not overlap (they may touch)."""
    grid = draw(st.sampled_from([1, 2, 3, 4, 6, 12, 24]))
    notes, end = [], 0
    for pitch in draw(st.lists(st.integers(0, 127), unique=True, max_size=4)):
        step = 0
        for gap, length in draw(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)))):
            velocity = draw(st.integers(1, 127))
            notes.append(Note((step + gap) / grid, length / grid, pitch, velocity))
            step += gap + length
        end = max(end, step)
    return Clip(tuple(notes), (end + draw(st.integers(0, 8))) / grid), grid


def steps_of(clip, grid):
    return [(round(n.start * grid), round(n.end * grid), n.pitch, n.velocity) for n in clip.notes]


@given(clips_on_a_grid())
def test_a_clip_on_the_grid_comes_back_from_the_roll_as_it_was(clip_and_grid):
    clip, grid = clip_and_grid
    back = to_clip(to_roll(clip, grid))
    assert sorted(steps_of(back, grid)) == sorted(steps_of(clip, grid))
    assert back.length == clip.length
    if grid in (1, 2, 4):  # binary fractions: not even a rounding error
        assert back == clip


@given(
    st.lists(
        st.builds(Note, st.floats(0, 8), st.floats(0, 4), st.integers(58, 62), st.integers(1, 127)),
        max_size=8,
    )
)
def test_once_on_the_grid_a_clip_stays_there(notes):
    once = to_clip(to_roll(Clip(tuple(notes), 8)))
    assert to_clip(to_roll(once)) == once


def test_repeated_notes_stay_apart():
    clip = Clip((Note(0, 1, 60, 80), Note(1, 1, 60, 80)), 4)
    roll = to_roll(clip, 4)
    assert roll.velocities[:8, 60].tolist() == [80] * 8
    assert np.flatnonzero(roll.onsets[:, 60]).tolist() == [0, 4]
    assert to_clip(roll) == clip


def test_a_note_struck_again_while_it_sounds_is_cut_there():
    roll = to_roll(Clip((Note(0, 4, 60, 90), Note(1, 1, 60, 50)), 4), 1)
    assert to_clip(roll).notes == (Note(0, 1, 60, 90), Note(1, 1, 60, 50))


def test_a_note_played_by_hand_goes_to_the_nearest_step_and_is_never_lost():
    roll = to_roll(Clip((Note(0.98, 0.01, 60), Note(2.1, 1, 62)), 4), 4)
    assert to_clip(roll).notes == (Note(1, 0.25, 60), Note(2, 1, 62))


def test_a_note_beyond_the_clip_makes_the_roll_longer():
    assert to_roll(Clip((Note(3, 2, 60),), 4), 4).steps == 20


def test_a_roll_without_onsets_is_read_by_its_sound():
    velocities = np.zeros((4, 128), np.uint8)
    velocities[1:3, 60] = 70
    roll = PianoRoll(velocities, np.zeros((4, 128), np.bool_), 1)
    assert to_clip(roll) == Clip((Note(1, 2, 60, 70),), 4)


def test_silence_is_an_empty_roll_of_the_right_length():
    assert to_roll(Clip((), 4), 4).steps == 16
    assert to_clip(to_roll(Clip(), 4)) == Clip()


def test_a_pick_up_before_the_roll_begins_is_refused_in_words():
    with pytest.raises(ValueError, match="begins at beat 0, got a note at beat -1"):
        to_roll(Clip((Note(-1, 1, 60),), 4))


@pytest.mark.parametrize(
    ("shape", "onsets", "grid"), [((4, 12), (4, 12), 4), ((4, 128), (5, 128), 4), ((4,), (4,), 4)]
)
def test_a_roll_of_another_shape_is_refused(shape, onsets, grid):
    with pytest.raises(ValueError, match="got"):
        PianoRoll(np.zeros(shape, np.uint8), np.zeros(onsets, np.bool_), grid)


def test_a_grid_without_steps_is_refused():
    with pytest.raises(ValueError, match="steps_per_beat must be at least 1, got 0"):
        to_roll(Clip(), 0)
