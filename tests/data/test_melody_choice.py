"""One rule says which track is the melody, whoever asks."""

import pytest

from models.data.melody_choice import MelodyError, choose_melody, top_line
from models.music.clip import Clip, Note, Track
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
    assert (choice.index, choice.reason) == (1, "track 2 'Flute', by register and movement")


def test_a_short_high_note_does_not_make_a_melody():
    clip = Clip((Note(0, 0.1, 120), Note(1, 4, 48)), 8)
    both = Score((Track("a", clip), Track("b", Clip((Note(0, 1, 60),), 8))))
    assert choose_melody(both).index == 1


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
    with pytest.raises(MelodyError, match="only drums"):
        choose_melody(score(("Drums", 40, 9)))
    with pytest.raises(MelodyError, match="no track has notes"):
        choose_melody(Score())


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["Backing Vocals", "Lead Vocals"], 1),
        (["Voice Oohs", "Solo Flute"], 1),
        (["Choir Aahs", "Lead"], 1),
        (["BGV", "Harmony Vocals", "Main Vocal"], 2),
        (["Vocals 2", "Vocals"], 1),
        (["Vocal Double", "Vocals"], 1),
        (["Vocal Drums", "Tune"], 1),
    ],
)
def test_backing_voices_above_the_lead_are_not_the_melody(names, taken):
    choice = choose_melody(score(*((name, 80 - 5 * i) for i, name in enumerate(names))))
    assert (choice.index, choice.how) == (taken, "by its name")


def test_drums_are_known_by_their_name_too():
    assert choose_melody(score(("Drum Kit", 75), ("", 60))).index == 1


def test_a_bass_alone_is_the_melody_with_a_doubt():
    choice = choose_melody(score(("Bass", 40)))
    assert choice.index == 0
    assert "bass" in choice.doubt


def test_of_chords_the_highest_line_is_the_tune_and_one_line_stays_as_it_is():
    chords = Clip(tuple(Note(float(i), 1, p) for i in range(4) for p in (60, 64, 67)), 4)
    line, rest = top_line(Track("", chords))
    assert [n.pitch for n in line.notes] == [67] * 4
    assert [n.pitch for n in rest.notes] == [60, 64] * 4
    legato = Clip(tuple(Note(float(i), 1.1, 60 + i) for i in range(4)), 5)
    assert top_line(Track("", legato)) == (legato, Clip((), 5))


def test_a_track_that_names_the_chords_is_no_fifth_voice():
    names = (("ode to joy", 70), ("Alto", 64), ("Tenor", 57), ("Bass", 45), ("Chords", 60))
    assert choose_melody(score(*names)).index == 0
