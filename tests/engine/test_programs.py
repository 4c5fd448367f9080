"""Program changes: the synth on Continuo Out is told which instrument each channel is."""

import pytest
from simulated_player import BEAT, command, composer, play, played, settings

from bridge.commands.errors import UserError
from bridge.commands.play_options import parse_programs
from bridge.events import PortChanged
from bridge.offline import run_offline
from models.artifact.manifest import Manifest, TrackSpec
from models.music.clip import Clip, Note, Track

CHOIR, ORGAN = 52, 19


def manifest(name, program):
    track = TrackSpec("Bass", "bass", program, 5, 30, 60)
    return Manifest(name, name, "accompany", tracks=(track,))


MODELS = (manifest("bass", CHOIR), manifest("organ", ORGAN))


def answering(request):
    program = {m.name: m.tracks[0].program for m in MODELS}[request.model]
    notes = tuple(Note(i, 1.0, 40, 70) for i in range(int(request.length)))
    return (Track("Bass", Clip(notes, request.length), "bass", program, 5),)


def run(events, until, **given):
    its_composer = composer(answering=answering)
    return run_offline(settings(**given), events, its_composer, until * BEAT, manifests=MODELS)


def programs(heard):
    return [
        (round(beat, 3), m.channel, m.program)
        for beat, m in heard.heard
        if m.type == "program_change"
    ]


def test_the_instrument_is_told_at_the_start_and_once():
    heard = run(played((0, 1, 60), (1, 2, 62)), 20, mode="loop")
    assert programs(heard) == [(0, 1, CHOIR)]
    assert heard.heard[0][1].type == "program_change"


def test_another_models_instrument_comes_with_its_first_note():
    events = [*played((0, 1, 60)), command(5, "model/load", "organ"), command(5.1, "generate")]
    heard = run(events, 20, mode="loop")
    assert [p for _, _, p in programs(heard)] == [CHOIR, ORGAN]
    changed = next(i for i, (_, m) in enumerate(heard.heard) if getattr(m, "program", 0) == ORGAN)
    following = heard.heard[changed + 1][1]
    assert (following.type, following.channel) == ("note_on", 1)
    assert programs(heard)[1][0] % 4 == 0  # on a bar line: until then the choir sang


def test_a_synth_that_comes_back_is_told_again():
    events = [PortChanged(2 * BEAT, "lost", ""), PortChanged(3 * BEAT, "back", "")]
    assert [p for _, _, p in programs(run(events, 6))] == [CHOIR, CHOIR]


def test_programs_can_be_chosen_or_left_to_the_synth():
    assert programs(run([], 4, programs={"bass": 32})) == [(0, 1, 32)]
    assert programs(run(played((0, 1, 60)), 20, mode="loop", sends_programs=False)) == []


def test_the_take_says_what_was_heard():
    heard = run(played((0, 1, 60)), 20, mode="loop", programs={"bass": 32})
    assert heard.takes[0].accompaniment[0].program == 32


def test_in_mode_follow_the_instrument_is_told_too():
    notes = [(float(i), i + 1.0, 60 + i % 5) for i in range(12)]
    its_composer = composer(answering=answering)
    heard = play(played(*notes), 14, its_composer, mode="follow")
    assert {p for _, _, p in programs(heard)} == {CHOIR}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("alto", "must look like alto=52"),
        ("bass=x", "must look like"),
        ("tuba=3", "no track 'tuba'"),
    ],
)
def test_a_program_that_means_nothing_is_refused(given, sentence):
    with pytest.raises(UserError, match=sentence):
        parse_programs([given], MODELS[:1])


def test_a_program_is_chosen_by_the_tracks_name():
    assert parse_programs(["BASS=32"], MODELS[:1]) == {"bass": 32}
