from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.music.clip import Clip, Note, Track
from models.music.melody import MelodyError, choose_melody, mean_pitch, skyline
from models.music.score import Score


def score(*tracks):
    """Make a score of (name, pitch) or (name, pitch, channel)."""
    return Score(
        tuple(Track(n, Clip((Note(0, 1, p),), 4), channel=(*c, 0)[0]) for n, p, *c in tracks)
    )


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["PIANO", "MELODY"], 1),
        (["Soprano", "Alto"], 0),
        (["A", "S", "T"], 1),
        (["Strings", "Lead synth"], 1),
        (["Lead", "melody"], 1),
        (["Strings", "Voice 2"], 1),
        (["Vocal harmony", "Vocals"], 1),
        (["Piano: Melody", "Sopranino"], 0),
    ],
)
def test_the_melody_is_known_by_its_name(names, taken):
    choice = choose_melody(score(*((name, 60) for name in names)))
    assert choice.index == taken
    assert choice.reason == f"track {taken + 1} {names[taken]!r}, by its name"


def test_of_several_voices_the_highest_sings_the_melody():
    assert choose_melody(score(("Voice", 50), ("Voice", 70), ("Voice", 60))).index == 1


def test_without_a_telling_name_the_highest_track_is_taken():
    choice = choose_melody(score(("Bass", 40), ("Flute", 80), ("Piano", 60)))
    assert (choice.index, choice.reason) == (1, "track 2 'Flute', the highest by mean pitch")


def test_a_short_high_note_does_not_make_a_melody():
    clip = Clip((Note(0, 0.1, 120), Note(1, 4, 48)), 8)
    both = Score((Track("a", clip), Track("b", Clip((Note(0, 1, 60),), 8))))
    assert choose_melody(both).index == 1


def test_notes_without_duration_weigh_all_alike():
    assert mean_pitch(Clip((Note(0, 0, 60), Note(1, 0, 64)), 4)) == 62


def test_drums_never_become_the_melody_by_themselves():
    choice = choose_melody(score(("Lead drums", 90, 9), ("", 40)))
    assert (choice.index, choice.reason) == (1, "track 2 (no name), the only one with pitches")


@pytest.mark.parametrize(
    ("wanted", "taken"), [("2", 1), ("flute", 1), ("FLU", 1), (" bass ", 0), ("3", 2), ("7", 3)]
)
def test_the_musician_names_the_track_by_number_or_name(wanted, taken):
    four = score(("Bass", 40), ("Flute", 80), ("", 60), ("Part 7", 60))
    choice = choose_melody(four, wanted)
    assert choice.index == taken
    assert choice.reason.endswith("as asked")


@pytest.mark.parametrize("wanted", ["oboe", "0", "3", "", "-1", "²"])
def test_a_track_that_is_not_there_is_answered_with_those_that_are(wanted):
    with pytest.raises(MelodyError, match=r"there is track 1 'Bass', track 2 'Flute'$"):
        choose_melody(score(("Bass", 40), ("Flute", 80)), wanted)


def test_only_drums_or_no_notes_are_said_in_a_sentence():
    with pytest.raises(MelodyError, match="only drum tracks"):
        choose_melody(score(("Drums", 40, 9)))
    with pytest.raises(MelodyError, match="no track has notes"):
        choose_melody(Score())


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
