"""From a clip selected in Live to the clips in its set, launched: the real Continuo, over UDP.

Live is the fake one, in real time; `python tests/rigs/live_proof_run.py` prints how long it takes.
"""

import pytest
from live_proof_run import BEATS, MELODY, SCENE, RunningLive, notes_of, running_live
from osc_play import continuo_play, generated, told

pytestmark = pytest.mark.ports

VOICES = ["Continuo Alto", "Continuo Tenor", "Continuo Bass"]
VELOCITY = 100  # of the clip in Live


@pytest.fixture(scope="module")
def proof(tmp_path_factory):
    with running_live(tmp_path_factory.mktemp("live"), "--live") as live:
        yield live


def in_set(clips, names):
    """The notes of clips, as the examples' tests tell them: track, pitch, start, duration."""
    return [
        (number, note[0], note[1], note[2])
        for number, name in enumerate(names, start=1)
        for note in notes_of(clips[name])
    ]


def place(numbers):
    return sorted(tuple(round(float(number), 4) for number in note) for note in numbers)


def test_the_selected_clip_gets_its_voices_beside_it_launched_together(proof, tmp_path):
    take_id, scene, tracks, notes, fired = proof.ask(
        "live/harmonise", "verse", answer="live/written"
    )
    seed = next(values[5] for name, values in proof.heard if name == "clip/begin")
    clips = proof.clips(SCENE)
    assert (take_id, scene, tracks, fired) == ("verse", SCENE, 4, 1)
    assert list(clips) == ["Lead", "Continuo Melody", *VOICES]
    assert clips["Lead"] is proof.clip
    (name,) = {clips[name]._name for name in VOICES}
    assert name.startswith(f"bach {seed} verse: "), "then its chords"
    # Musically: what `continuo generate` makes of that melody with that seed, in a loop as long.
    expected = generated(tmp_path, MELODY, VELOCITY, seed)
    assert place(in_set(clips, VOICES)) == place(told(expected))
    assert notes == len(MELODY) + len(expected)
    assert [note[:3] for note in notes_of(clips["Continuo Melody"])] == list(MELODY)
    for name in VOICES:
        assert clips[name].looping
        assert (clips[name].loop_start, clips[name].loop_end) == (0.0, BEATS)
    proof.until(lambda: all(clips[name].is_playing for name in VOICES), "launch of all the voices")


def test_the_same_clip_asked_about_again_lands_where_nothing_is_overwritten(proof):
    before = proof.clips(SCENE)
    notes = {name: notes_of(clip) for name, clip in before.items()}
    scene = proof.ask("live/harmonise", "again", answer="live/written")[1]
    assert scene != SCENE
    assert set(proof.clips(scene)) >= set(VOICES)
    assert {name: notes_of(clip) for name, clip in proof.clips(SCENE).items()} == notes


def test_with_live_a_take_of_a_phrase_that_was_sent_is_four_clips_and_can_be_launched(proof):
    values = [v for pitch, start, length in MELODY for v in (pitch, start, length, 80, 0)]
    proof.heard.clear()
    proof.client.send("melody/begin", "tune", BEATS)
    proof.client.send("melody/note", *values)
    proof.client.send("melody/end", "tune")
    proof.client.send("generate", "four", 7)
    scene, tracks = proof.answer("live/written")[1:3]
    voices = ["Continuo Melody", *VOICES]
    clips = proof.clips(scene)
    assert tracks == 4
    assert set(voices) <= set(clips)
    (name,) = {clips[name]._name for name in voices}
    assert name.startswith("bach 7 four: "), "then its chords"
    assert [note[:3] for note in notes_of(clips["Continuo Melody"])] == list(MELODY)
    launched, *_, fired = proof.ask("live/write", "four", 1, answer="live/written")[1:]
    assert fired == 1
    again = proof.clips(launched)
    proof.until(lambda: all(again[name].is_playing for name in voices), "launch of four clips")


def test_the_musician_can_ask_how_fast_live_answers(proof):
    state, version, _script, round_trip_ms = proof.ask("live", answer="live")
    assert (state, version) == ("found", "12.4.6")
    assert 0 < round_trip_ms < 5_000


def test_with_nothing_selected_the_musician_is_told_what_to_do(proof):
    proof.heard.clear()
    proof.world.select(None)
    proof.client.send("live/harmonise", "none")
    proof.until(lambda: any(name == "error" for name, _ in proof.heard), "error")
    address, sentence = next(values for name, values in proof.heard if name == "error")
    assert address == "/continuo/live/harmonise"
    assert "click a MIDI clip" in sentence


@pytest.mark.slow
def test_whichever_of_the_two_begins_anew_the_other_finds_it(tmp_path):
    with continuo_play(tmp_path) as (_, port):
        live = RunningLive(port)
        live.meet()
        live.ask("live/harmonise", "one", answer="live/written")
    try:
        with continuo_play(tmp_path, "--osc-port", str(port)):
            live.meet()
            # The same id, the same number: it is another Continuo's, and done anew.
            scene = live.ask("live/harmonise", "one", answer="live/written")[1]
            assert scene != SCENE
            live.restart()
            live.run(5.0)
            live.meet()
            live.ask("live/harmonise", "two", answer="live/written")
    finally:
        live.close()
    assert len({clip._name for clip in live.clips(SCENE).values()}) == 2
