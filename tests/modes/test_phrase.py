import mido

from bridge.modes.phrase import Phrase, is_same_music
from bridge.notes.recorder import Recorder
from models.music.clip import Clip, Note


def recorded(*spans: tuple[float, float | None]) -> Recorder:
    """Notes of rising pitch as (start, end); an end of None is a key still down."""
    recorder = Recorder()
    for pitch, (start, end) in enumerate(spans, start=60):
        recorder.play(mido.Message("note_on", note=pitch), start)
        if end is not None:
            recorder.play(mido.Message("note_off", note=pitch), end)
    return recorder


def heard(phrase: Phrase, recorder: Recorder) -> list[tuple[float, float]]:
    return [(round(n.start, 6), round(n.end, 6)) for n in phrase.melody(recorder).notes]


PHRASE = Phrase(begin=4.0, length=4.0, first=4.0)


def test_beats_count_from_its_bar_line():
    assert heard(PHRASE, recorded((4, 5), (6.5, 7))) == [(0, 1), (2.5, 3)]


def test_notes_before_its_first_belong_to_the_phrase_before():
    assert heard(PHRASE, recorded((3, 5), (5, 6))) == [(1, 2)]


def test_its_pickup_has_negative_starts():
    phrase = Phrase(begin=4.0, length=4.0, first=3.0)
    assert heard(phrase, recorded((3, 3.5), (4, 5))) == [(-1, -0.5), (0, 1)]


def test_a_note_a_little_early_is_on_the_bar_line_and_ends_where_it_ended():
    phrase = Phrase(begin=4.0, length=4.0, first=3.9)
    assert heard(phrase, recorded((3.9, 5))) == [(0, 1)]


def test_a_held_note_lasts_to_the_end_or_to_now():
    recorder = recorded((5, None))
    assert heard(PHRASE, recorder) == [(1, 4)]
    assert PHRASE.melody(recorder, until=6).notes[0].end == 2


def test_a_key_struck_just_before_the_end_and_held_is_the_next_down_beat():
    recorder = recorded((4, 5), (7.9, None))
    assert heard(PHRASE, recorder) == [(0, 1)]
    assert PHRASE.next_first(recorder) == 7.9


def test_notes_in_the_last_beat_alone_are_the_next_ones_pickup():
    recorder = recorded((7, 7.5), (7.5, 8))
    assert heard(PHRASE, recorder) == []
    assert PHRASE.next_first(recorder) == 7
    assert PHRASE.has_notes(recorder)


def test_without_notes_the_next_phrase_begins_with_the_bar_line():
    assert PHRASE.next_first(recorded((4, 5))) == 8
    assert PHRASE.next_first(recorded()) == 8


WITH_PICKUPS = Phrase(begin=4.0, length=4.0, first=3.0, pickup=1.125, lead=1.125)


def test_where_phrases_have_pickups_the_last_notes_lead_into_the_next():
    recorder = recorded((3, 3.5), (4, 6.5), (7, 7.5), (7.5, None))
    assert heard(WITH_PICKUPS, recorder) == [(-1, -0.5), (0, 2.5)]
    assert WITH_PICKUPS.next_first(recorder) == 7


def test_a_pickup_struck_a_little_early_is_a_pickup():
    recorder = recorded((4, 6.5), (6.9, 8))
    assert heard(WITH_PICKUPS, recorder) == [(0, 2.5)]
    assert WITH_PICKUPS.next_first(recorder) == 6.9


def test_a_release_a_little_off_is_the_same_music_and_a_new_onset_is_not():
    one = Clip((Note(0, 4, 60),), 4)
    assert is_same_music(one, Clip((Note(0, 3.95, 60),), 4))
    assert not is_same_music(one, Clip((Note(0, 3.5, 60),), 4))
    assert not is_same_music(one, Clip((Note(0, 4, 61),), 4))
    assert not is_same_music(one, Clip((Note(0, 4, 60), Note(1, 1, 64)), 4))
