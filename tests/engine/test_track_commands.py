"""Mute, solo, level and program of the tracks, while they sound."""

import pytest
from band_player import BASS, DRUMS, jam
from engine_requests import ask, errors, told
from simulated_player import (
    BEAT,
    assert_every_note_is_released,
    edges,
    ons,
    played,
    reports,
)

from bridge.reports import SoundNews

MELODY = played(*((b, b + 0.9, 60 + b % 4) for b in range(4)))
THRU = 0


def loop(*events, until=15.9):
    """A bar that goes round with its band from beat 4 on."""
    return jam([*MELODY, *events], until, mode="loop")


def test_a_track_that_is_muted_ends_at_once_and_comes_back_with_its_next_note():
    run = loop(ask(5.5, "track/mute", "Bass", 1), ask(9.5, "track/mute", "bass", 0))
    assert [(beat, kind) for beat, kind, _ in edges(run, BASS)][:3] == [
        (4.0, "on"),
        (5.5, "off"),
        (12.0, "on"),
    ]
    assert [beat for beat, _ in ons(run, DRUMS)] == list(range(4, 16))
    assert_every_note_is_released(run)


def test_a_track_alone():
    run = loop(ask(5.5, "track/solo", "drums", 1), ask(10.5, "track/solo", "drums", 0))
    assert [beat for beat, _ in ons(run, BASS)] == [4.0, 12.0]
    assert [beat for beat, _ in ons(run, THRU) if beat >= 4] == [4, 5, 12 - 1, 12, 13, 14, 15]
    assert [beat for beat, _ in ons(run, DRUMS)] == list(range(4, 16))
    assert_every_note_is_released(run)


def test_the_melody_that_goes_round_is_a_track_and_what_is_played_over_it_is_not():
    over = played((8.5, 9.5, 72))
    run = loop(*over, ask(5.5, "track/mute", "melody", 1))
    assert [beat for beat, _ in ons(run, THRU) if beat >= 4] == [4, 5, 8.5]
    assert_every_note_is_released(run)


@pytest.mark.parametrize(("level", "velocity"), [(0.5, 45), (2.0, 127), (0.01, 1), (1.0, 90)])
def test_a_level_scales_what_is_struck_and_not_what_is_kept(level, velocity):
    run = loop(ask(4.5, "track/level", "drums", level))
    drums = [m.velocity for b, m in run.heard if m.type == "note_on" and m.channel == DRUMS]
    assert drums[0] == 90
    assert set(drums[1:]) == {velocity}
    assert {n.velocity for n in run.takes[0].accompaniment[0].clip.notes} == {90}


def test_level_0_is_silence():
    run = loop(ask(5.5, "track/level", "bass", 0))
    assert [beat for beat, _ in ons(run, BASS)] == [4.0]
    assert_every_note_is_released(run)


def test_a_program_is_sent_at_once_stays_and_is_in_the_takes_from_then_on():
    run = loop(ask(5.5, "track/program", "bass", 38), ask(9, "generate", "x"), until=20)
    programs = [(b, m.program) for b, m in run.heard if m.type == "program_change"]
    assert programs == [(0.0, 0), (0.0, 32), (5.5, 38)]
    assert run.takes[-1].accompaniment[1].program == 38


@pytest.mark.parametrize("address", ["program", "track/program"])
def test_a_program_is_chosen_and_told_alike_by_whichever_address(address):
    run = loop(ask(5.5, address, "bass", 38))
    assert [(b, m.program) for b, m in run.heard if m.type == "program_change"][2:] == [(5.5, 38)]
    assert told(run, "track") == [("bass", 2, 0, 0, 1.0, 38)]
    assert told(run, "program") == [("Bass", 38)]


@pytest.mark.parametrize("address", ["program", "track/program"])
@pytest.mark.parametrize("track", ["melody", "bass"])
def test_where_programs_are_not_sent_none_can_be_chosen(address, track):
    run = jam([*MELODY, ask(5.5, address, track, 38)], 12, sends_programs=False)
    assert "start without --no-programs" in errors(run)[0].text
    assert not [m for _, m in run.heard if m.type == "program_change"]


def test_every_change_is_told_and_all_tracks_are_listed():
    run = loop(
        ask(5, "track/mute", "bass", 1),
        ask(6, "track/level", "bass", 0.5),
        ask(7, "track/list"),
    )
    assert told(run, "track") == [
        ("bass", 2, 1, 0, 1.0, 32),
        ("bass", 2, 1, 0, 0.5, 32),
        ("melody", 1, 0, 0, 1.0, -1),
        ("drums", 10, 0, 0, 1.0, 0),
        ("bass", 2, 1, 0, 0.5, 32),
    ]


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [("track/mute", ("choir", 1), "no track"), ("track/level", ("bass", 3.0), "range 0..2")],
)
def test_what_there_is_not_is_an_error(name, values, words):
    assert words in errors(loop(ask(5, name, *values)))[0].text


def test_whoever_listens_over_osc_hears_no_track_that_is_muted():
    run = loop(ask(0, "sounds", 1), ask(5.5, "track/mute", "bass", 1))
    bass = [
        (round(r.at_seconds / BEAT + r.values[0] / 1000 / BEAT, 3), r.values[1] >> 4)
        for r in reports(run, SoundNews)
        if r.name == "sound" and r.values[1] & 15 == BASS
    ]
    assert (4.0, 9) in bass
    assert (5.5, 8) in bass
    assert not [beat for beat, kind in bass if kind == 9 and beat > 5.5]
