import random
from dataclasses import replace

import pytest
from midi_folders import chords, line

from models.data.roles import RoleError, assign_roles
from models.music.clip import Clip, Note, Track
from models.music.score import Score


def score(*tracks):
    length = max(t.clip.end for t in tracks)
    return Score(tuple(replace(t, clip=replace(t.clip, length=length)) for t in tracks))


def roles(*tracks):
    casting = assign_roles(score(*tracks))
    return casting.melody.name, {t.name: t.role for t in casting.others}


DRUMS = Track("kit", line(1, 36), channel=9)


@pytest.mark.parametrize(
    "name", ["Melody", "MELODY/VIOLIN1", "Lead Vocal", "Soprano", "singer", "Gesang", "Solo flute"]
)
def test_a_track_called_melody_is_the_melody_wherever_it_lies(name):
    low = Track(name, line(1, 48))
    high = Track("Glockenspiel", line(2, 90))
    assert roles(high, low, DRUMS)[0] == name


def test_the_singer_comes_before_the_lead_guitar():
    found = roles(Track("Lead Guitar", line(1, 70)), Track("Vocals", line(2, 60)))
    assert found == ("Vocals", {"Lead Guitar": "guitar"})


def test_backing_vocals_are_not_the_melody():
    assert roles(Track("Backing Vocals", line(1, 72)), Track("Tune", line(2, 60)))[0] == "Tune"


def test_without_names_the_moving_line_on_top_is_the_melody():
    flute, bass = Track("a1", line(1, 72)), Track("b1", line(2, 40))
    melody, others = roles(bass, Track("c1", chords(1)), DRUMS, flute)
    assert melody == "a1"
    assert others == {"b1": "bass", "c1": "piano", "kit": "drums"}


def test_chords_above_the_tune_do_not_make_it_an_accompaniment():
    assert roles(Track("", line(1, 64), program=0), Track("x", chords(1, root=72)))[0] == ""


def test_instruments_tell_roles_where_names_do_not():
    tracks = [Track(f"t{p}", line(p, 55), program=p) for p in (24, 33, 48, 61, 89)]
    _, others = roles(Track("Melody", line(1, 70)), *tracks)
    assert list(others.values()) == ["guitar", "bass", "strings", "brass", "pad"]


@pytest.mark.parametrize(
    ("name", "role"),
    [("Bass Guitar", "bass"), ("Bass Clarinet", "winds"), ("CHORDS strings", "chords"),
     ("E-Piano 2", "piano"), ("Bass Drum", "percussion"), ("Violin 2", "strings")],
)  # fmt: skip
def test_a_name_of_two_words_is_understood(name, role):
    assert roles(Track("Melody", line(1, 70)), Track(name, line(2, 50)))[1] == {name: role}


@pytest.mark.parametrize("names", ["SATB", ("Soprano", "Alto", "Tenor", "Bass"), ("", "", "", "")])
def test_four_voices_are_soprano_alto_tenor_and_bass_in_any_order(names):
    tracks = [Track(n, line(i, 72 - 7 * i)) for i, n in enumerate(names)]
    mixed = tracks[:]
    random.Random(1).shuffle(mixed)
    casting = assign_roles(score(*mixed))
    assert casting.melody.clip.notes == tracks[0].clip.notes
    assert [t.role for t in casting.others] == ["alto", "tenor", "bass"]
    assert [t.clip.notes for t in casting.others] == [t.clip.notes for t in tracks[1:]]


def test_a_band_of_four_is_no_choir():
    _, others = roles(
        Track("Melody", line(1, 70)),
        Track("Guitar", line(2, 60)),
        Track("Piano", line(3, 50)),
        Track("Bass", line(4, 40)),
    )
    assert others == {"Guitar": "guitar", "Piano": "piano", "Bass": "bass"}


def test_a_piano_alone_gives_its_top_line_and_accompanies_with_the_rest():
    top, rest = line(1, 72), chords(1)
    casting = assign_roles(score(Track("", top.merged(rest))))
    assert casting.melody.clip.notes == top.notes
    assert [(t.role, t.clip.notes) for t in casting.others] == [("piano", rest.notes)]


def test_right_and_left_hand_are_melody_and_piano():
    assert roles(Track("Piano LH", chords(1)), Track("Piano RH", line(1, 70))) == (
        "Piano RH",
        {"Piano LH": "piano"},
    )


def test_a_track_that_only_doubles_the_melody_is_not_learnt():
    tune = line(1, 70)
    _, others = roles(Track("Melody", tune), Track("Copy", tune), Track("Piano", chords(1)))
    assert others == {"Piano": "piano"}


@pytest.mark.parametrize(
    ("tracks", "message"),
    [
        ([DRUMS], "no melody: only drums"),
        ([DRUMS, Track("Bass", line(1, 40))], "no melody: only bass, chords"),
        ([DRUMS, Track("", line(1, 40))], "no melody: the likeliest .* is a bass line"),
        ([DRUMS, Track("", line(1, 70, beats=4)), Track("Bass", line(2, 40, beats=64))],
         "no melody: the likeliest .* plays in 6 % of the piece"),
        ([Track("Melody", line(1, 70))], "no accompaniment: there is one line only"),
        ([Track("Melody", line(1, 70)), Track("Echo", line(1, 70))],
         "no accompaniment: the other tracks only double"),
    ],
)  # fmt: skip
def test_a_piece_that_cannot_be_cast_says_why(tracks, message):
    with pytest.raises(RoleError, match=message):
        assign_roles(score(*tracks))


def test_hundreds_of_tracks_are_cast():
    tracks = [Track(f"t{i}", Clip((Note(float(i), 1.0, 60),))) for i in range(400)]
    assert len(assign_roles(score(Track("Melody", line(1, 70, 400)), *tracks)).others) == 400
