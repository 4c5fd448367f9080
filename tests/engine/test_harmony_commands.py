"""The key, and chords that lead, asked for by name; the chords of the accompaniment, told."""

from dataclasses import replace

import pytest
from engine_requests import ask, errors, told
from manifests import GOOD
from simulated_player import BEAT, MODEL, command, composer, played, settings, whole_bars

from bridge.events import Generated
from bridge.offline import ScriptedComposer, run_offline
from models.artifact.manifest import ControlSpec
from models.music.clip import Clip, Note, Track
from models.music.harmony import Chord, Harmony

KEY = ControlSpec("key", "Key", 0, 24, 0)
PLANS = replace(GOOD, name=MODEL, controls=(KEY,), hears=("melody", "chords"))
DEAF = replace(GOOD, name=MODEL)
TUNE = played((0, 1, 60), (1, 2, 62), (2, 3, 64), (3, 4, 65))
C = Chord(0.0, 2.0, 0, 0, frozenset({0, 4, 7}))
G7 = Chord(2.0, 2.0, 7, 11, frozenset({7, 11, 2, 5}))


def run(*events, until: float = 12, manifest=PLANS, its_composer=None, **given):
    its_composer = its_composer or composer()
    there = [manifest]
    chosen = settings(**given)
    return run_offline(chosen, [*TUNE, *events], its_composer, until * BEAT, (), there)


def planning(harmony: Harmony) -> ScriptedComposer:
    def answer(request):
        return Generated(0.0, request.request_id, whole_bars(request), 0.0, harmony=harmony)

    return ScriptedComposer(answer, (0.05,))


# -- the key -----------------------------------------------------------------------------------
def test_the_key_is_set_by_name_given_to_the_model_and_told():
    asked = composer()
    out = run(ask(0, "key", "F#m"), its_composer=asked)
    assert told(out, "key")[0] == ("F#m", 1.0, 1)
    assert asked.requests[0].controls["key"] == 19


def test_auto_lets_the_model_find_it_again():
    asked = composer()
    out = run(ask(0, "key", "G"), ask(1, "key", "auto"), its_composer=asked)
    assert told(out, "key")[1][2] == 0
    assert asked.requests[-1].controls["key"] == 0


def test_the_key_that_was_found_is_told_once_and_when_asked():
    out = run(ask(9, "key"), its_composer=planning(Harmony((C, G7), 0, 0.97)), mode="loop")
    assert told(out, "key") == [("C", 0.97, 0), ("C", 0.97, 0)]


@pytest.mark.parametrize(
    ("manifest", "said"), [(PLANS, "must be auto, or a note"), (DEAF, "told a key")]
)
def test_what_is_no_key_or_cannot_be_told_is_an_error(manifest, said):
    out = run(ask(1, "key", "H" if manifest is PLANS else "G"), manifest=manifest)
    assert said in errors(out)[0].text


# -- chords that lead --------------------------------------------------------------------------
def leading(request) -> list[tuple[float, int]]:
    return [(n.start, n.pitch % 12) for n in (request.chords or Clip()).notes if n.pitch < 48]


def test_chords_given_at_the_start_lead_bar_for_bar():
    asked = composer()
    run(its_composer=asked, bars=2, chords="G D7", until=20)
    assert leading(asked.requests[0]) == [(0, 7), (4, 2)]


def test_chords_lead_from_the_next_beat_on():
    asked = composer()
    out = run(ask(1.5, "chord", "Em"), its_composer=asked)
    assert leading(asked.requests[-1]) == [(2, 4)]
    assert told(out, "chord/lead") == [("Em",)]


def test_pitches_are_a_chord_too():
    asked = composer()
    run(ask(0.5, "chord", "52", "60", "67"), its_composer=asked)
    assert {n.pitch % 12 for n in asked.requests[-1].chords.notes} == {4, 0, 7}


def test_nothing_lets_the_melody_lead_again():
    asked = composer()
    run(ask(0.2, "chord", "G"), ask(2.2, "chord"), its_composer=asked)
    assert [(n.start, n.end) for n in asked.requests[-1].chords.notes] == [(1, 3)] * 3


def test_in_a_loop_other_chords_make_another_take():
    asked = composer()
    run(ask(9, "chord", "F C"), its_composer=asked, mode="loop", until=20)
    assert leading(asked.requests[-1]) == [(0, 5)]
    assert not any(leading(request) for request in asked.requests[:-1])


def test_mode_follow_hears_them_as_well():
    asked = composer()
    more = played((4, 5, 60), (5, 6, 62), (6, 7, 64), (7, 8, 65))
    run(*more, ask(5.1, "chord", "Am"), its_composer=asked, mode="follow")
    assert leading(asked.requests[-1])[0] == (6, 9)


def test_a_model_that_hears_no_chords_says_so_and_never_gets_them():
    asked = composer()
    out = run(ask(1, "chord", "G"), manifest=DEAF, its_composer=asked, chords="C F")
    assert "hears no chords" in errors(out)[0].text
    assert all(not request.chords for request in asked.requests)


@pytest.mark.parametrize("values", [("Fnord",), ("60", "200")])
def test_what_is_no_chord_is_an_error(values):
    assert errors(run(ask(1, "chord", *values)))


# -- chords that are told ----------------------------------------------------------------------
def test_the_chords_of_an_answer_are_told_at_their_beats_as_it_begins():
    out = run(its_composer=planning(Harmony((C, G7), 0, 0.9)))
    assert told(out, "chord") == [(4.0, "C"), (6.0, "G7/B")]


def test_a_loop_tells_them_each_time():
    out = run(its_composer=planning(Harmony((C, G7), 0, 0.9)), mode="loop", until=15)
    assert [beat for beat, _ in told(out, "chord")] == [4.0, 6.0, 8.0, 10.0, 12.0, 14.0]


def test_mode_follow_tells_each_chord_as_it_becomes_settled():
    def ahead(request):
        first = request.begin
        chords = (replace(C, start=first, duration=request.length),)
        harmony = Harmony(chords, 0, 0.9)
        return Generated(0.0, request.request_id, whole_bars(request), 0.0, harmony=harmony)

    more = played((4, 5, 60), (5, 6, 62), (6, 7, 64), (7, 8, 65))
    out = run(*more, its_composer=ScriptedComposer(ahead, (0.05,)), mode="follow", until=9)
    assert told(out, "chord") == [(4.0, "C")]


def test_without_a_plan_the_chords_that_sound_are_told():
    def triad(request):
        notes = tuple(Note(0.0, 4.0, pitch) for pitch in (48, 52, 55))
        return (Track("bass", Clip(notes, request.length), "bass", 32, 5),)

    out = run(its_composer=composer(answering=triad))
    assert told(out, "chord") == [(4.0, "C")]


def test_a_take_says_its_key_and_its_chords():
    out = run(its_composer=planning(Harmony((C, G7), 0, 0.9)), chords_track=True)
    take = out.takes[0]
    assert take.provenance["keys"] == [[0.0, "C"]]
    assert take.provenance["chords"] == [[0.0, "C"], [2.0, "G7/B"]]
    chords = take.accompaniment[-1]
    assert chords.name == "Chords"
    assert {n.pitch % 12 for n in chords.clip.notes if n.start == 2} == {7, 11, 2, 5}


def test_a_change_of_key_while_a_phrase_is_played_asks_again():
    asked = composer()
    run(command(3.9, "key", "G"), its_composer=asked)
    assert asked.requests[-1].controls["key"] == 8
