import pytest

from bridge.api.phrase_assembly import MOST_NOTES, MOST_PHRASES, PhraseAssembly
from bridge.api.validation import MessageError
from models.music.clip import Clip, Note

C = (60, 0.0, 1.0, 80, 0)
MUTED = (62, 1.0, 1.0, 80, 1)
E = (64, 2.0, 0.5, 90, 0)


def test_a_phrase_is_put_together_without_its_muted_notes():
    phrases = PhraseAssembly()

    phrases.begin("max", "tune", 4.0)
    phrases.add("max", (*E, *MUTED))
    phrases.add("max", C)

    assert phrases.end("max", "tune") == Clip((Note(0, 1, 60, 80), Note(2, 0.5, 64, 90)), 4.0)


def test_two_clients_may_send_phrases_at_the_same_time():
    phrases = PhraseAssembly()
    for sender in ("max", "pd"):
        phrases.begin(sender, "tune", 4.0)
    phrases.add("max", C)
    phrases.add("pd", E)

    assert phrases.end("max", "tune").notes[0].pitch == 60
    assert phrases.end("pd", "tune").notes[0].pitch == 64


def test_to_begin_again_forgets_what_was_begun():
    phrases = PhraseAssembly()
    phrases.begin("max", "tune", 4.0)
    phrases.add("max", C)
    phrases.begin("max", "tune", 8.0)

    assert phrases.end("max", "tune") == Clip((), 8.0)


def test_notes_and_ends_without_a_beginning_are_errors():
    phrases = PhraseAssembly()

    with pytest.raises(MessageError, match="send melody/begin first"):
        phrases.add("max", C)
    with pytest.raises(MessageError, match="send melody/begin first"):
        phrases.end("max", "tune")


def test_an_end_of_another_phrase_is_an_error_and_ends_nothing():
    phrases = PhraseAssembly()
    phrases.begin("max", "tune", 4.0)

    with pytest.raises(MessageError, match="begun is 'tune', got 'tone'"):
        phrases.end("max", "tone")
    assert phrases.end("max", "tune") == Clip((), 4.0)


def test_clients_that_went_away_take_no_room():
    phrases = PhraseAssembly()
    for sender in range(100):
        phrases.begin(sender, "tune", 4.0)

    assert len(phrases) == MOST_PHRASES
    assert phrases.end(99, "tune") == Clip((), 4.0)


def test_a_phrase_without_end_is_given_up():
    phrases = PhraseAssembly()
    phrases.begin("max", "tune", 4.0)
    phrases.add("max", C * MOST_NOTES)

    with pytest.raises(MessageError, match="was given up"):
        phrases.add("max", C)
    assert len(phrases) == 0


def test_a_note_past_the_end_is_refused_where_it_is_sent_and_the_others_stay():
    phrases = PhraseAssembly()
    phrases.begin("max", "tune", 4.0)
    phrases.add("max", C)

    with pytest.raises(MessageError, match=r"^melody/note: a note starts at 4, .* 4 beats"):
        phrases.add("max", (*E, 65, 4.0, 1.0, 80, 0))

    assert phrases.end("max", "tune") == Clip((Note(0, 1, 60, 80),), 4.0)


def test_a_muted_note_past_the_end_is_left_out_as_all_muted_ones():
    phrases = PhraseAssembly()
    phrases.begin("max", "tune", 4.0)
    phrases.add("max", (*C, 65, 9.0, 1.0, 80, 1))

    assert len(phrases.end("max", "tune").notes) == 1
