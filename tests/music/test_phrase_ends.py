"""Phrases are found in what people play: songs, and runs of more notes than anybody counts."""

from itertools import pairwise

from models.music.clip import Clip, Note
from models.music.phrase_ends import candidates, phrase_ends
from models.music.tempo import Meter, MeterMap

COMMON = MeterMap.constant(Meter(4, 4))
PHRASE = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0)  # two bars, the last note long


def song(phrases: int) -> list[Note]:
    notes, beat = [], 0.0
    for _ in range(phrases):
        for i, length in enumerate(PHRASE):
            notes.append(Note(beat, length, 60 + i))
            beat += length
    return notes


def test_phrases_end_on_their_long_notes():
    ends = phrase_ends(Clip(tuple(song(4))), COMMON)
    assert [note.start for note in ends] == [6.0, 14.0, 22.0, 30.0]


def test_a_grace_note_before_the_next_phrase_changes_nothing():
    notes = song(4)
    graced = [*notes[:7], Note(7.9, 0.1, 71), *notes[7:]]
    graced[6] = Note(6.0, 1.9, 66)
    ends = phrase_ends(Clip(tuple(graced)), COMMON)
    assert [note.start for note in ends][1:] == [14.0, 22.0, 30.0]


def test_a_run_of_thousands_of_notes_a_beat_has_phrases_of_bars_too():
    run = [Note(i / 1000, 0.001, 60 + i % 12) for i in range(32_000)]
    ends = phrase_ends(Clip(tuple(run)), COMMON)
    assert ends[-1] is run[-1]
    # The work is the square of these: with every note among them it took minutes.
    assert len(candidates(run, dict.fromkeys(range(1, len(run)), 0.0))) <= 4 * 32
    assert all(4.0 <= b.start - a.start <= 17.0 for a, b in pairwise(ends))
