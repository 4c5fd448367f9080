"""A band swings as the player does, in every mode."""

from dataclasses import replace

import pytest
from band_player import BAND, DRUMS
from simulated_player import BEAT, command, composer, ons, played, settings

from bridge.offline import run_offline
from models.artifact.manifest import ControlSpec
from models.music.clip import Clip, Note, Track

SWINGS = replace(BAND, controls=(ControlSpec("swing", "Swing", 0.0, 1.0, 0.0),))
THIRD = 2 / 3
HAT = 42


def hats(request) -> tuple[Track, ...]:
    """A hat on each half beat, as late as the control says; what a band does."""
    late = request.controls.get("swing", 0.0) / 6
    begin, end = round(request.begin * 2), round((request.begin + request.length) * 2)
    places = (i / 2 + (late if i % 2 else 0.0) for i in range(begin, end))
    notes = tuple(Note(place, 0.2, HAT, 80) for place in places)
    return (Track("Drums", Clip(notes, request.begin + request.length), "drums", 0, DRUMS),)


def blues(half: float, begin: int = 0, end: int = 8):
    """Eighths of a blues, their second halves where this player plays them."""
    scale = (60, 63, 65, 66, 67, 70, 72, 70)
    places = [b + place for b in range(begin, end) for place in (0.0, half)]
    return played(*((p, p + 0.25, scale[i % 8]) for i, p in enumerate(places)))


def jam(events, until, manifest=SWINGS, **given):
    asked = composer(0.02, answering=hats)
    run = run_offline(settings(**given), events, asked, until * BEAT, (), [manifest])
    run.requests = asked.requests
    return run


def halves(run, begin: float, end: float) -> set[float]:
    """Where in their beats the hats between the beats are struck."""
    places = (round(beat % 1, 3) for beat, _ in ons(run, DRUMS) if begin <= beat < end)
    return {place for place in places if 0.1 < place < 0.9}


@pytest.mark.parametrize("mode", ["answer", "loop", "follow"])
@pytest.mark.parametrize("half", [0.5, THIRD])
def test_the_half_beats_of_a_band_fall_where_the_player_puts_them(mode, half):
    run = jam(blues(half, end=16), 16, mode=mode, bars=2)
    assert halves(run, 9, 15) == {round(half, 3)}
    assert run.requests[-1].swing == pytest.approx(6 * (half - 0.5))


def test_in_follow_it_changes_with_the_player():
    run = jam([*blues(0.5, 0, 24), *blues(THIRD, 24, 56)], 56, mode="follow")
    assert halves(run, 8, 24) == {0.5}
    assert halves(run, 50, 55) == {0.667}


def test_a_phrase_of_quarters_keeps_the_swing_of_the_one_before():
    plain = played(*((b, b + 0.9, 60) for b in range(8, 16)))
    run = jam([*blues(THIRD), *plain], 24, mode="answer", bars=2)
    assert halves(run, 17, 23) == {0.667}


def test_a_swing_that_was_set_is_played_whatever_the_player_does():
    run = jam([command(0, "control", "swing", 0.3), *blues(THIRD)], 16, mode="answer", bars=2)
    assert halves(run, 9, 15) == {0.55}
    assert run.requests[-1].swing == pytest.approx(1.0)


def test_a_model_that_cannot_swing_is_asked_as_ever():
    run = jam(blues(THIRD), 16, manifest=BAND, mode="answer", bars=2)
    assert run.requests[-1].swing == 0
    assert "swing" not in run.requests[-1].controls
