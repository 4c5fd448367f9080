"""MusicXML: every bar is full, what crosses a bar line is tied, notation programs can read it."""

from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.formats.musicxml_write import STEPS, to_musicxml
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap


def composition(*notes, meter="4/4", keys=()):
    clip = Clip(tuple(notes), 8.0)
    about = {"keys": [[0.0, key] for key in keys]}
    return Composition(
        Track("melody", clip), (), meter=MeterMap.constant(Meter.parse(meter)), provenance=about
    )


def score_of(music):
    return fromstring(to_musicxml(music, "A tune & <more>"))


def notes_of(score):
    """Each written note: bar, place in steps, length, pitch name or rest, ties; by voice."""
    found = []
    for bar, measure in enumerate(score.iter("measure"), 1):
        place, before = 0, 0
        for element in measure:
            if element.tag == "backup":
                place -= int(element.findtext("duration"))
            if element.tag != "note":
                continue
            length = int(element.findtext("duration"))
            start = before if element.find("chord") is not None else place
            if element.find("chord") is None:
                before, place = place, place + length
            pitch = element.find("pitch")
            name = "rest"
            if pitch is not None:
                alter = {"1": "#", "-1": "b", None: ""}[pitch.findtext("alter")]
                name = pitch.findtext("step") + alter + pitch.findtext("octave")
            ties = [tie.get("type") for tie in element.findall("tie")]
            found.append((bar, start, length, name, ties))
    return found


def test_a_melody_is_written_with_rests_and_a_tie_over_the_bar_line():
    music = composition(Note(0, 1, 60), Note(3, 2.5, 66))
    assert [n for n in notes_of(score_of(music)) if n[0] < 3] == [
        (1, 0, 4, "C4", []),
        (1, 4, 8, "rest", []),
        (1, 12, 4, "F#4", ["start"]),
        (2, 0, 6, "F#4", ["stop"]),
        (2, 6, 8, "rest", []),
        (2, 14, 2, "rest", []),
    ]


def test_flat_keys_are_spelt_with_flats():
    score = score_of(composition(Note(0, 4, 70), keys=["F"]))
    assert score.findtext(".//fifths") == "-1"
    assert notes_of(score)[0][3] == "Bb4"


@pytest.mark.parametrize(("key", "fifths"), [("C", 0), ("Am", 0), ("G", 1), ("F#m", 3), ("Eb", -3)])
def test_the_key_has_its_signature(key, fifths):
    assert score_of(composition(keys=[key])).findtext(".//fifths") == str(fifths)


def test_notes_that_overlap_take_voices_of_their_own():
    music = composition(Note(0, 4, 48), Note(0, 1, 60), Note(0, 1, 64), Note(1, 3, 62))
    sounding = {(start, length, name) for bar, start, length, name, _ in notes_of(score_of(music))}
    assert {(0, 16, "C3"), (0, 4, "C4"), (0, 4, "E4"), (4, 12, "D4")} <= sounding


@given(
    st.lists(
        st.builds(
            Note,
            st.integers(0, 60).map(lambda n: n / 8),
            st.integers(0, 40).map(lambda n: n / 8),
            st.integers(0, 127),
        ),
        max_size=30,
    ),
    st.sampled_from(["4/4", "3/4", "6/8", "7/8", "2/2"]),
)
def test_every_voice_fills_every_bar_whatever_was_played(notes, meter):
    score = score_of(composition(*notes, meter=meter))
    bar = round(Meter.parse(meter).beats_per_bar * STEPS)
    for measure in score.iter("measure"):
        voices = {}
        for note in measure.findall("note"):
            if note.find("chord") is None:
                voice = note.findtext("voice")
                voices[voice] = voices.get(voice, 0) + int(note.findtext("duration"))
        assert set(voices.values()) == {bar}
