import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.music.clip import Clip, Composition, Note, Track

notes = st.builds(
    Note,
    st.integers(0, 64).map(lambda n: n / 4),
    st.integers(0, 16).map(lambda n: n / 4),
    st.integers(12, 115),
    st.integers(1, 127),
)
clips = st.builds(Clip, st.lists(notes, max_size=12).map(tuple), st.just(20.0))


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ((0, 1, 128), "pitch"),
        ((0, 1, -1), "pitch"),
        ((0, 1, 60, 0), "velocity"),
        ((0, 1, 60, 128), "velocity"),
        ((0, -1, 60), "duration"),
        ((0, float("nan"), 60), "duration"),
        ((0, float("inf"), 60), "duration"),
        ((float("nan"), 1, 60), "start"),
        ((float("inf"), 1, 60), "start"),
        ((0, 1, float("nan")), "pitch"),
    ],
)
def test_a_note_that_nobody_can_play_is_refused_by_name(values, word):
    with pytest.raises(ValueError, match=word):
        Note(*values)


@given(st.lists(notes), st.randoms())
def test_notes_come_in_order_however_they_were_given(given_notes, random):
    shuffled = random.sample(given_notes, len(given_notes))
    assert Clip(tuple(shuffled)) == Clip(tuple(given_notes))
    starts = [n.start for n in Clip(tuple(shuffled)).notes]
    assert starts == sorted(starts)


@given(clips, st.integers(-12, 12))
def test_transposing_up_and_down_again_changes_nothing(clip, semitones):
    assert clip.transposed(semitones).transposed(-semitones) == clip


@given(clips, st.integers(-40, 40))
def test_shifting_there_and_back_changes_nothing(clip, quarters):
    assert clip.shifted(quarters / 4).shifted(-quarters / 4) == clip


@given(clips, st.integers(0, 80))
def test_two_windows_side_by_side_hold_every_note_once(clip, quarters):
    cut = quarters / 4
    left, right = clip.window(0, cut), clip.window(cut, 20)
    assert len(left.notes) + len(right.notes) == len(clip.notes)
    assert left.end <= cut


@given(clips, clips)
def test_merging_keeps_all_notes(one, other):
    both = one.merged(other)
    assert sorted(both.notes) == sorted(one.notes + other.notes)
    assert both == other.merged(one)


def test_a_note_leaving_the_keyboard_is_refused():
    with pytest.raises(ValueError, match=r"pitch must be in range 0\.\.127, got 130"):
        Clip((Note(0, 1, 120),), 4).transposed(10)


def test_an_empty_clip_ends_at_once():
    assert Clip().end == 0
    assert Composition(Track("melody")).length == 0


def test_a_composition_is_as_long_as_its_longest_track():
    melody = Track("melody", Clip((Note(0, 1, 60),), 4))
    bass = Track("bass", Clip((Note(6, 3, 40),), 8), "bass", 32, 1)
    composition = Composition(melody).with_accompaniment([bass])
    assert composition.tracks == (melody, bass)
    assert composition.length == 9


def test_drums_are_known_by_their_channel():
    assert Track("kit", channel=9).is_drum
    assert not Track("piano").is_drum
    with pytest.raises(ValueError, match="channel"):
        Track("nowhere", channel=16)
    with pytest.raises(ValueError, match="program"):
        Track("nothing", program=128)
