"""The SuperCollider script, block by block as a live coder evaluates it, against the bridge."""

import re

import pytest
from osc_play import EXAMPLES, FIRST_LIGHT, Program, continuo_play, generated, told
from system_programs import need_program

SCRIPT = EXAMPLES / "continuo.scd"
BEATS_PER_BAR = 4
NUMBER = r"(-?[\d.e-]+)"
SCORE = rf"score \[ (\w+), {NUMBER}, (\d+), {NUMBER} \]"
PLAYED = rf"played \[ {NUMBER}, (\d+), (\d+) \]"
# Prints what the patterns play instead of playing it; else as somebody would use the script.
DRIVER = """
fork {
    var until = { |test| while { test.value.not } { 0.05.wait } };
    var whole = { ~c.takes[\\tune].notNil and: { ~c.takes[\\tune].whole } };
    var played = 0;
    "%s/functions.scd".load;
    Event.addEventType(\\told, {
        played = played + 1;
        "played %%".format([thisThread.beats, ~midinote.asInteger, ~chan]).postln
    });
    ~c.eventType = \\told;
    ~c.connect(%d);
    ~c.control(\\temperature, 0.5);
    "%s/take.scd".load;
    until.(whole);
    ~c.score(\\tune).do { |note| "score %%".format(note).postln };
    ~c.send(\\bars, \\zero);
    ~c.send(\\nonsense, 1);
    ~c.send(\\mode, \\loop);
    ~c.tempo(400);
    ~c.transport(\\start);
    ~c.sound(\\tune);
    until.({ played > ~c.score(\\tune).size });
    "%s/take.scd".load;
    0.5.wait;
    "%s/link.scd".load;
    "clock %%".format(~c.tempoClock.class).postln;
    "the end".postln;
    0.exit;
}
"""


def blocks(text):
    """The blocks in parentheses that the editor evaluates at once."""
    return re.findall(r"(?ms)^\(\n.*?^\)$", text)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """What sclang printed while a take was made and played once round, and the take's notes."""
    need_program("sclang")
    folder = tmp_path_factory.mktemp("sclang")
    functions, take, _midi, link = blocks(SCRIPT.read_text())
    for name, block in (("functions", functions), ("take", take), ("link", link)):
        (folder / f"{name}.scd").write_text(block)
    environment = {
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "QT_QPA_PLATFORM": "offscreen",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
    }
    with continuo_play(folder) as (_, port):
        (folder / "drive.scd").write_text(DRIVER % (folder, port, folder, folder, folder))
        command = ("sclang", "-i", "none", "drive.scd")
        with Program(command, folder / "sclang.log", **environment) as sclang:
            sclang.expect("the end", seconds=40)
            yield sclang


@pytest.mark.ports
def test_supercollider_gets_the_notes_that_generate_writes_for_the_same_melody(played, tmp_path):
    voices = {"Alto": 1, "Tenor": 2, "Bass": 3}
    notes = [(str(voices[name]), p, s, d) for name, s, p, d in played.find(SCORE)]
    assert len(notes) > 30
    assert told(notes) == generated(tmp_path, FIRST_LIGHT, 80, 7, {"temperature": 0.5})


@pytest.mark.ports
def test_patterns_begin_on_a_bar_line_and_keep_their_beats(played):
    score = sorted((round(float(s), 3), int(p)) for _, s, p, _ in played.find(SCORE))
    heard = [(float(beat), int(pitch)) for beat, pitch, _ in played.find(PLAYED)]
    begin = heard[0][0]
    assert begin % BEATS_PER_BAR == pytest.approx(score[0][0], abs=1e-6)
    once_round = sorted((round(beat - begin, 3), pitch) for beat, pitch in heard[: len(score)])
    assert once_round == score


@pytest.mark.ports
def test_each_track_has_its_channel(played):
    assert {channel for _, _, channel in played.find(PLAYED)} == {"1", "2", "3"}


@pytest.mark.ports
def test_the_same_block_again_makes_the_same_take_again(played):
    takes = played.find(r"Continuo: tune by (\w+), seed (\d+), (\d+) notes")
    assert len(takes) >= 2
    assert len(set(takes)) == 1


@pytest.mark.ports
def test_supercollider_posts_what_was_wrong_with_a_request(played):
    said = played.said()
    assert "WARNING: Continuo, /continuo/bars: " in said
    assert "WARNING: Continuo, /continuo/nonsense: " in said
    assert "Continuo: temperature is 0.5" in said
    assert "ERROR" not in said


@pytest.mark.ports
def test_the_last_block_goes_over_to_ableton_link(played):
    assert played.find(r"clock (\w+)") == [("LinkClock",)]
