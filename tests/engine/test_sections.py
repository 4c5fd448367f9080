"""Sections come on bar lines; fills at once; endings end."""

from dataclasses import replace

import pytest
from band_player import BAND, BASS, DRUM, DRUMS, NO_SECTION, jam
from chord_player import C, chord
from engine_requests import ask, errors, told
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from simulated_player import (
    assert_every_note_is_released,
    command,
    control,
    edges,
    ons,
    played,
    reports,
)

from bridge.reports import StatusLine
from models.artifact.manifest import TrackSpec

MELODY = played(*((b, b + 0.9, 60 + b % 4) for b in range(4)))
TWO_BARS = played(*((b, b + 0.9, 60 + b % 4) for b in range(8)))
LONG = played(*((b, b + 0.9, 60 + b % 4) for b in range(40)))
PLAIN = replace(BAND, sections=())


def drums(run, begin: float, end: float) -> list[tuple[float, int]]:
    return [(beat, pitch) for beat, pitch in ons(run, DRUMS) if begin <= beat < end]


def bars(run, begin: float, end: float) -> list[set[int]]:
    """The drums that tell the section, bar by bar."""
    lines = range(int(begin), int(end), 4)
    return [{pitch for _, pitch in drums(run, line, line + 4)} for line in lines]


def on_each_beat(section: str, begin: int, end: int) -> list[tuple[float, int]]:
    pitch = DRUM.get(section, NO_SECTION)
    return [(float(beat), pitch) for beat in range(begin, end)]


# -- variations --------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", ["loop", "follow"])
def test_a_section_comes_on_the_next_bar_line(mode):
    run = jam(
        [*LONG, command(9.5, "section", "b"), command(17.2, "section", "d")], 28, mode=mode, bars=2
    )
    first = 8 if mode == "loop" else 4
    b, d = DRUM["b"], DRUM["d"]
    expected = [{NO_SECTION}, {b}, {b}, {d}, {d}]
    assert bars(run, 8, 28) == expected
    assert drums(run, 0, first) == []
    assert_every_note_is_released(run)


def test_in_mode_answer_the_answer_that_sounds_changes_too():
    run = jam([*TWO_BARS, command(9.5, "section", "c")], 20, bars=2)
    assert bars(run, 8, 16) == [{NO_SECTION}, {DRUM["c"]}]
    assert_every_note_is_released(run)


def test_the_loop_keeps_its_take_and_its_melody():
    run = jam([*MELODY, command(5, "section", "b")], 20, mode="loop")
    assert len(run.takes) == 1
    assert [pitch for _, pitch in ons(run, 0)][4:8] == [60, 61, 62, 63]


def test_a_section_chosen_before_playing_is_there_from_the_first_answer_on():
    run = jam([command(0, "section", "c"), *MELODY], 12)
    assert bars(run, 4, 8) == [{DRUM["c"]}]


def test_an_intro_gives_way_to_a():
    run = jam([command(0, "section", "intro"), *LONG], 24, mode="follow", bars=2)
    intro, a = DRUM["intro"], DRUM["a"]
    assert bars(run, 4, 20) == [{intro}, {intro}, {a}, {a}]


def test_in_mode_follow_a_band_with_a_section_plays_on_until_its_ending():
    asked = [command(9.5, "section", "b"), command(49.5, "section", "ending")]
    run = jam([*TWO_BARS, *asked], 72, mode="follow")
    assert bars(run, 12, 52) == [{DRUM["b"]}] * 10
    assert bars(run, 52, 60) == [{DRUM["ending"]}] * 2
    assert drums(run, 60, 72) == []
    assert_every_note_is_released(run)


def test_without_a_section_silence_ends_it():
    assert drums(jam(TWO_BARS, 40, mode="follow"), 20, 40) == []


# -- fill and break ----------------------------------------------------------------------------
@pytest.mark.parametrize("mode", ["loop", "follow"])
def test_a_fill_comes_at_once_and_lasts_to_the_bar_line(mode):
    run = jam([*LONG, command(13.1, "section", "fill")], 24, mode=mode, bars=2)
    assert drums(run, 12, 20) == [
        *on_each_beat("", 12, 14),
        *on_each_beat("fill", 14, 16),
        *on_each_beat("", 16, 20),
    ]
    assert_every_note_is_released(run)


def test_too_late_for_a_fill_the_next_bar_has_it():
    run = jam([*LONG, command(15.7, "section", "fill")], 24, mode="follow")
    assert bars(run, 12, 24) == [{NO_SECTION}, {DRUM["fill"]}, {NO_SECTION}]


@pytest.mark.parametrize("mode", ["loop", "follow"])
def test_a_break_is_a_bar_of_its_own(mode):
    run = jam([*LONG, command(13.1, "section", "break")], 28, mode=mode, bars=2)
    assert drums(run, 16, 20) == [(16.0, DRUM["break"])]
    assert bars(run, 20, 28) == [{NO_SECTION}, {NO_SECTION}]
    assert_every_note_is_released(run)


@pytest.mark.parametrize("mode", ["loop", "follow"])
def test_a_model_without_sections_is_silenced_for_a_break(mode):
    run = jam([*LONG, command(13.1, "section", "break")], 28, mode=mode, bars=2, manifest=PLAIN)
    assert drums(run, 16, 20) == [(16.0, NO_SECTION)]
    bass = [(beat, kind) for beat, kind, _ in edges(run, BASS) if 16 <= beat < 20]
    assert bass == [(16.0, "off"), (16.0, "on"), (17.0, "off")]
    assert bars(run, 20, 28) == [{NO_SECTION}, {NO_SECTION}]
    assert_every_note_is_released(run)


# -- ending ------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", ["loop", "follow", "answer"])
def test_an_ending_is_two_bars_and_then_all_rests(mode):
    run = jam([*LONG[:42], command(13.1, "section", "ending")], 40, mode=mode, bars=2)
    assert drums(run, 16, 40) == [*on_each_beat("ending", 16, 20), (20.0, DRUM["ending"])]
    assert [(beat, kind) for beat, kind, _ in edges(run, BASS) if beat >= 20] == [
        (20.0, "off"),
        (20.0, "on"),
        (24.0, "off"),
    ]
    assert_every_note_is_released(run)


@pytest.mark.parametrize("mode", ["loop", "follow", "answer"])
def test_a_model_without_sections_comes_to_an_end_of_its_own(mode):
    run = jam([*TWO_BARS, *chord(8, 15, [72]), command(9.1, "section", "ending")], 40, mode=mode,
              bars=2, manifest=PLAIN)  # fmt: skip
    assert max(beat for beat, _, _ in edges(run, DRUMS)) <= 16.25
    assert max(beat for beat, _ in ons(run, DRUMS)) >= 12
    assert_every_note_is_released(run)


def test_after_an_ending_the_next_note_begins_a_song():
    again = played(*((30 + b, 30.9 + b, 60) for b in range(4)))
    run = jam([*MELODY, command(5, "section", "ending"), *again], 40, mode="loop")
    assert bars(run, 20, 28) == [{NO_SECTION}] * 2  # the song's beats stand between songs


def test_another_section_chosen_in_time_takes_an_ending_back():
    events = [command(9, "section", "ending"), command(10, "section", "b")]
    run = jam([*LONG, *events], 24, mode="loop", bars=2)
    assert bars(run, 12, 24) == [{DRUM["b"]}] * 3


# -- led by the hand at the same time ----------------------------------------------------------
def test_the_hand_leads_through_the_sections():
    run = jam([*LONG, *chord(8, 30, C), command(13, "section", "c")], 24, mode="follow", split=48)
    assert {pitch % 12 for beat, pitch in ons(run, BASS) if beat >= 9} == {0}
    assert bars(run, 16, 24) == [{DRUM["c"]}] * 2


# -- buttons, words, errors --------------------------------------------------------------------
def test_buttons_choose_sections():
    run = jam([*MELODY, control(5, 112, 127)], 16, mode="loop")
    assert bars(run, 8, 16) == [{DRUM["b"]}] * 2


def test_a_section_is_told_when_it_is_chosen_and_when_it_comes():
    run = jam([*MELODY, ask(5, "section", "b"), ask(13, "section", "fill"), ask(20, "section")],
              24, mode="loop")  # fmt: skip
    assert told(run, "section") == [
        ("", "b"),
        ("b", ""),
        ("b", "fill"),
        ("b", ""),
        ("b", ""),
    ]


def test_the_line_says_the_section():
    run = jam([*MELODY, command(5, "section", "b")], 16, mode="loop")
    lines = [report.text for report in reports(run, StatusLine)]
    assert any(line.endswith("section b from the next bar line on") for line in lines)
    assert lines[-1].endswith("section b")


@pytest.mark.parametrize(
    ("manifest", "name", "words"),
    [
        (PLAIN, "b", "has no sections: only break and ending work with it"),
        (BAND, "e", "must be one of"),
        (replace(BAND, sections=BAND.sections[1:3]), "fill", "has no section fill; it has a, b"),
    ],
)
def test_a_section_that_there_is_not_is_an_error(manifest, name, words):
    run = jam([*MELODY, ask(5, "section", name)], 12, mode="loop", manifest=manifest)
    assert words in errors(run)[0].text


def test_nothing_that_plays_can_have_no_fill():
    assert "nothing plays" in errors(jam([ask(1, "section", "fill")], 4))[0].text


# -- count-in, and whatever happens ------------------------------------------------------------
def test_the_drummer_counts_in_and_else_the_click():
    count = [(-4.0, 37), (-3.0, 37), (-2.0, 37), (-1.0, 37)]
    assert ons(jam(played((0, 0.5, 60)), 4, count_in_bars=1), DRUMS) == count
    quiet = replace(BAND, tracks=(TrackSpec("Bass", "bass", 32, 1, 24, 60),))
    run = jam(played((0, 0.5, 60)), 4, count_in_bars=1, manifest=quiet)
    assert [beat for beat, _ in ons(run, 15)] == [-4.0, -3.0, -2.0, -1.0]


names = st.sampled_from(["intro", "a", "d", "fill", "break", "ending"])
choices = st.builds(lambda at, name: command(at, "section", name), st.floats(0, 30), names)
hands = st.builds(chord, st.floats(0, 24), st.floats(0, 30), st.sampled_from([C, (33, 36, 40)]))
others = st.sampled_from(
    [("mode", "loop"), ("mode", "follow"), ("mode", "answer"), ("transport/stop",), ("generate",),
     ("transport/locate", 2.0), ("track/mute", "bass", 1), ("track/mute", "bass", 0)]
)  # fmt: skip
asked = st.builds(lambda at, what: command(at, *what), st.floats(0, 30), others)


@hypothesis_settings(max_examples=80)
@given(
    st.lists(choices, max_size=6),
    st.lists(hands, max_size=3),
    st.lists(asked, max_size=3),
    st.lists(st.one_of(st.none(), st.floats(0, 2)), min_size=1, max_size=4),
    st.sampled_from(["answer", "loop", "follow"]),
    st.sampled_from([BAND, PLAIN]),
)
def test_whatever_is_chosen_every_note_is_released(chosen, chords, more, waits, mode, manifest):
    script = [*LONG[:48], *chosen, *more, *(event for keys in chords for event in keys)]
    run = jam(script, 44, *waits, mode=mode, bars=2, split=48, manifest=manifest)
    assert_every_note_is_released(run)
