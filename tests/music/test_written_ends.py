"""Phrases end where a file says so: fermatas as markers, the signs and lines of sung words."""

from models.music.clip import Clip, Composition, Extra, Note, Track
from models.music.phrase_ends import phrase_ends
from models.music.tempo import Meter, MeterMap
from models.music.written_ends import written_ends

TEXT, LYRIC, MARKER = 0xFF01, 0xFF05, 0xFF06
LINE = Clip(tuple(Note(float(i), 1.0, 60 + i % 5) for i in range(16)), 16.0)


def piece(*own: tuple[float, int, str], of_all: tuple[tuple[float, int, str], ...] = ()):
    extras, texts = (
        tuple(Extra(beat, kind, text.encode()) for beat, kind, text in said)
        for said in (own, of_all)
    )
    melody = Track("Melody", LINE, extras=extras)
    return Composition(melody, (), provenance={"texts": texts})


def test_a_marker_that_says_fermata_ends_a_phrase_on_the_note_that_sounds_there():
    marked = piece(of_all=((6.5, MARKER, "Fermata"), (9.0, MARKER, "Verse 2")))
    assert written_ends(marked) == (6.0,)


def test_a_line_of_even_notes_is_divided_where_its_fermatas_are():
    marked = piece((6.0, TEXT, "fermata"))
    meter = MeterMap.constant(Meter(4, 4))
    ends = [n.start for n in phrase_ends(LINE, meter, written_ends(marked))]
    assert 6.0 in ends
    assert 6.0 not in [n.start for n in phrase_ends(LINE, meter)]


def test_full_stops_end_phrases_and_commas_only_where_there_are_no_other_signs():
    words = ((0.0, "O,"), (3.0, "sing."), (5.0, "Now,"), (7.0, "sing!"), (9.0, "Amen"))
    assert written_ends(piece(*((b, LYRIC, t) for b, t in words))) == (3.0, 7.0)
    commas = ((3.0, "day,"), (7.0, "night,"), (11.0, "light"))
    assert written_ends(piece(*((b, LYRIC, t) for b, t in commas))) == (3.0, 7.0)


def test_lines_of_karaoke_end_before_the_next_one_begins():
    words = ((0.0, "@T Title"), (0.0, "\\Twin"), (1.0, "kle"), (4.0, "/lit"), (5.0, "tle"))
    more = ((8.0, "/star"), (9.0, "shine"))
    found = written_ends(piece(of_all=tuple((b, TEXT, t) for b, t in (*words, *more))))
    assert found == (1.0, 5.0)


def test_remarks_and_single_abbreviations_are_no_phrases():
    assert written_ends(piece((0.0, TEXT, "Arr. by somebody."), (4.0, TEXT, "Slowly."))) == ()
    assert written_ends(piece((2.0, LYRIC, "St."), (3.0, LYRIC, "James"))) == ()
