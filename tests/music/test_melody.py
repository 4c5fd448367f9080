from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.music.clip import Clip, Note
from models.music.melody import mean_pitch, skyline


def test_notes_without_duration_weigh_all_alike():
    assert mean_pitch(Clip((Note(0, 0, 60), Note(1, 0, 64)), 4)) == 62


# -- the line on top ---------------------------------------------------------------------------
notes = st.builds(
    Note,
    st.integers(0, 60).map(lambda n: n / 7),
    st.integers(0, 30).map(lambda n: n / 7),
    st.integers(50, 70),
    st.integers(1, 127),
)
clips = st.builds(Clip, st.lists(notes, max_size=14).map(tuple), st.just(16.0))


@given(clips)
def test_a_skyline_never_sounds_two_notes_at_once(clip):
    line = skyline(clip).notes
    for a, b in pairwise(line):
        assert a.start < b.start
        assert a.end <= b.start + 1e-6


@given(clips)
def test_a_skyline_invents_nothing(clip):
    played = {(n.start, n.pitch, n.velocity) for n in clip.notes}
    assert all((n.start, n.pitch, n.velocity) in played for n in skyline(clip).notes)


@given(clips)
def test_a_line_of_single_notes_is_left_alone(clip):
    assert skyline(skyline(clip)) == skyline(clip)


@given(clips)
def test_the_highest_note_of_all_is_always_heard(clip):
    if clip.notes:
        top = max(n.pitch for n in clip.notes)
        assert top in {n.pitch for n in skyline(clip).notes}


def test_chords_leave_their_top_notes():
    chords = Clip(tuple(Note(b, 1, p) for b in (0, 1) for p in (60, 64, 67 + b)), 4)
    assert skyline(chords).notes == (Note(0, 1, 67), Note(1, 1, 68))


def test_a_chord_rolled_by_hand_is_one_note():
    rolled = Clip((Note(0, 2, 60), Note(0.03, 2, 64), Note(0.06, 2, 67)), 4)
    assert skyline(rolled).notes == (Note(0.06, 2, 67),)


def test_a_descending_line_played_legato_keeps_every_note():
    scale = Clip((Note(0, 1.1, 64), Note(1, 1.1, 62), Note(2.02, 1, 60)), 4)
    assert [n.pitch for n in skyline(scale).notes] == [64, 62, 60]
    assert [n.start for n in skyline(scale).notes] == [0, 1, 2.02]


def test_an_inner_voice_moving_under_a_held_note_is_dropped():
    both = Clip((Note(0, 2, 72), Note(0, 1, 64), Note(1, 1, 65)), 4)
    assert skyline(both).notes == (Note(0, 2, 72),)


def test_a_grace_note_before_its_note_is_kept():
    grace = Clip((Note(0, 0.08, 62), Note(0.06, 1, 64)), 4)
    assert [n.pitch for n in skyline(grace).notes] == [62, 64]
