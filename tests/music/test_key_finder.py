"""The key of a melody, where it goes, and where its phrases end."""

import pytest

from bridge.demo.samples import sample
from models.formats.midi_read import read_score
from models.music.clip import Clip, Note
from models.music.key_finder import find_keys, melody_key
from models.music.phrase_ends import phrase_ends
from models.music.tempo import Meter, MeterMap


def tune(*pitches: int, last: float = 1.0) -> Clip:
    notes = [Note(float(i), 1.0, pitch) for i, pitch in enumerate(pitches)]
    notes[-1] = Note(notes[-1].start, last, notes[-1].pitch)
    return Clip(tuple(notes))


TWINKLE = (60, 60, 67, 67, 69, 69, 67, 67, 65, 65, 64, 64, 62, 62, 60, 60)


@pytest.mark.parametrize(
    ("name", "key"),
    [("twinkle", "F"), ("amazing_grace", "G"), ("greensleeves", "Am"), ("silent_night", "C"),
     ("god_rest_you_merry", "Em"), ("auld_lang_syne", "F"), ("scarborough_fair", "Dm")],
)  # fmt: skip
def test_tunes_are_in_the_keys_that_everybody_hears(name, key):
    score = read_score(sample(name))
    assert find_keys(score.tracks[0].clip, score.meter).name == key


@pytest.mark.parametrize("shift", range(12))
def test_a_tune_is_in_its_key_wherever_it_is_sung(shift):
    key, certainty = melody_key(tune(*TWINKLE).transposed(shift), MeterMap())
    assert key == shift
    assert certainty > 0.9


def line(tonic: int, *degrees: int) -> Clip:
    notes = [Note(float(i) / 2, 0.5, tonic + degree) for i, degree in enumerate(degrees)]
    notes[-1] = Note(notes[-1].start, 2.0, notes[-1].pitch)
    return Clip(tuple(notes))


BLUE_FIFTH = (0, 3, 5, 6, 7, 10, 7, 5, 3, 0, 0, 0)
BOTH_THIRDS = (0, 3, 4, 7, 9, 10, 7, 3, 4, 0, 0, 0)


@pytest.mark.parametrize("riff", [BLUE_FIFTH, BOTH_THIRDS])
@pytest.mark.parametrize("tonic", [55, 60, 64, 70])
def test_a_blues_is_in_major_although_its_third_is_blue(riff, tonic):
    subdominant = tuple(degree + 5 for degree in riff)
    found = find_keys(line(tonic, *riff, *riff, *subdominant, *riff, 7, 5, 3, 0), MeterMap())
    assert (found.key, found.modulations) == (tonic % 12, ())


def test_minor_tunes_with_a_leading_tone_to_the_fifth_are_in_minor():
    turn = (7, 6, 7, 8, 7, 5, 3, 2, 0, 3, 7, 6, 7, 10, 8, 7, 5, 3, 2, 0)
    assert find_keys(line(62, *turn, *turn), MeterMap()).name == "Dm"


@pytest.mark.parametrize(
    ("degrees", "tonic", "name"),
    [
        # mixolydian, and without the tones that tell dorian from aeolian
        ((7, 9, 10, 9, 7, 5, 7, 9, 10, 9, 7, 5, 7, 9, 10, 9, 7, 5, 4, 2, 0, 4, 0, 0,
          0, 4, 0, 2, 4, 0, 4, 7, 0, 4, 0, 2, 4, -2, 2, 0), 69, "A"),
        ((0, 0, -2, 0, 3, 5, 7, 7, 7, 10, 7, 5, 7, 7, 10, 12, 10, 7, 5, 7, 5, 3, 0, -2,
          0, 0, 3, 5, 7, 5, 3, 0), 62, "Dm"),
    ],
)  # fmt: skip
def test_modal_tunes_are_in_the_keys_of_their_finals(degrees, tonic, name):
    assert find_keys(line(tonic, *degrees), MeterMap()).name == name


def test_a_melody_that_turns_to_another_key_and_back_is_told_so():
    home = (60, 64, 67, 65, 64, 62, 60, 60)
    away = (69, 73, 76, 74, 73, 71, 69, 69)
    found = find_keys(tune(*home, *home, *away, *away, *away, *home, *home), MeterMap())
    assert found.name == "C"
    assert [name for _, name in found.modulations] == ["A", "C"]
    assert found.modulations[0][0] == pytest.approx(16, abs=4)


def test_silence_is_in_no_key():
    assert melody_key(Clip(), MeterMap())[1] == 0
    assert find_keys(Clip(), MeterMap()).stretches == ()


def test_phrases_end_on_long_notes_and_before_rests():
    notes = []
    for line in range(4):
        at = 8.0 * line
        notes += [Note(at + i, 1.0, 60 + i) for i in range(6)]
        notes.append(Note(at + 6, 2.0 if line % 2 else 1.0, 67))  # long, or before a rest
    assert [n.start for n in phrase_ends(Clip(tuple(notes)), MeterMap())] == [6, 14, 22, 30]


def test_a_fermata_ends_a_phrase():
    plain = tune(*range(60, 76), last=2.0)
    meter = MeterMap.constant(Meter(4, 4))
    assert 5.0 in [n.start for n in phrase_ends(plain, meter, [5.0])]
