"""`continuo play` from the outside: refusals in a sentence, what it prints, how it ends."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from patience import PATIENCE_SECONDS
from toy_models import save_toys

from bridge.cli import main
from bridge.commands import play_session
from bridge.commands.play_demo import call_take, ignored
from bridge.commands.play_messages import ending, what_to_do
from bridge.commands.play_options import Chosen
from bridge.midi.ports import NoPorts
from bridge.notes.midi_output import Lateness
from bridge.osc.endpoints import OscEndpoints, OscPorts
from bridge.session import Connections
from bridge.settings import PlaySettings
from bridge.storage.take_list import list_takes
from bridge.storage.take_store import save_take
from models.artifact.manifest import EDIT, EXTEND, Manifest
from models.music.clip import Clip, Composition, Note, Track

NOON = datetime(2026, 12, 1, 12, 0)
CONTINUO = (sys.executable, "-c", "from bridge.cli import main; main()")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    save_toys(folder)
    return folder / "heldchord.ts"


@pytest.fixture
def refused(model, tmp_path, monkeypatch):
    monkeypatch.setenv("CONTINUO_MODELS", str(model.parent))

    def run(*options):
        takes = [] if "--takes" in options else ["--takes", str(tmp_path)]
        everything = ["--midi", "none", "--model", model.stem, *takes, *options]
        result = CliRunner().invoke(main, ["play", *everything])
        assert result.exit_code == 2, result.output
        return result.output.strip().splitlines()[-1]

    return run


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--bars", "0"], "Error: --bars must be a whole number from 1 to 64, got '0'"),
        (["--tempo", "1000"], "Error: --tempo must be a number from 20 to 400, got '1000'"),
        (["--tempo", "nan"], "Error: --tempo must be a number from 20 to 400, got 'nan'"),
        (["--tempo", "fast"], "Error: --tempo must be a number from 20 to 400, got 'fast'"),
        (["--meter", "waltz"], "Error: --meter: meter must look like 3/4, got 'waltz'"),
        (["--quantise", "2"], "Error: --quantise must be a number from 0 to 1, got '2'"),
        (["--count-in", "9"], "Error: --count-in must be a whole number from 0 to 8, got '9'"),
        (["--seed", "-1"], "Error: --seed must be a whole number from 0 to 2147483647, got '-1'"),
        (["--pickup", "99"], "Error: pickup must be in range 0..4, got 99"),
        (["--set", "loud"], "Error: --set must look like control=value, got 'loud'"),
        (["--extension", "0"], "Error: --extension must be a whole number from 1 to 256, got '0'"),
        (["--ahead", "0"], "Error: --ahead must be a whole number from 1 to 8, got '0'"),
        (["--commit", "0"], "Error: --commit must be a number from 0.25 to 16, got '0'"),
        (
            ["--clock-offset", "900"],
            "Error: --clock-offset must be a number from -500 to 500, got '900'",
        ),
        (
            ["--split", "H3"],
            "Error: a key must look like C3, F#2 or 48 (middle C is C4), got 'H3'",
        ),
        (
            ["--chord-channel", "17"],
            "Error: --chord-channel must be a whole number from 0 to 16, got '17'",
        ),
        (
            ["--osc-port", "99999"],
            "Error: --osc-port must be in range 0..65535 or none, got '99999'",
        ),
        (["--osc-events", "x"], "Error: --osc-events must be in range 0..65535 or none, got 'x'"),
        (
            ["--input", "piano"],
            "Error: --input and --output need a MIDI system: leave --midi none away",
        ),
        (
            ["--demo", "--meter", "7/8"],
            "Error: there is no demo melody in 7/8: choose among 4/4, 3/4",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_bad_value_is_refused_in_one_sentence(refused, options, sentence):
    assert refused(*options) == sentence


def test_a_wrong_model_name_is_refused_with_the_names_near_to_it(refused, model):
    assert model.stem in refused("--model", model.stem + "s")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--then", "goesno"], "no model 'goesno'; did you mean goeson"),
        (["--model", "mender", "--mode", "follow"], "mender edits a phrase when it is over"),
        (["--mode", "follow", "--then", "goeson"], "mode follow plays heldchord alone"),
        (["--model", "mender", "--program", "alto=52"], "mender has no track 'alto'"),
        (["--then", "mender", "--set", "loudness=1"], "no control 'loudness'"),
    ],
)
def test_models_that_do_not_go_together_are_refused(refused, options, words):
    assert words in refused(*options)


def test_a_takes_folder_that_cannot_be_written_is_refused_with_the_cure(refused, tmp_path):
    (tmp_path / "file").write_text("")
    assert "--takes DIR" in refused("--takes", str(tmp_path / "file"))


def test_the_musician_is_told_what_to_play_and_when_the_answer_comes():
    said = what_to_do(PlaySettings("bach", bars=4))
    assert said == "Play 4 bars; the accompaniment comes in on bar 5."
    said = what_to_do(PlaySettings("bach", bars=4, echo=True))
    assert said == "Play 4 bars; you hear them again, accompanied, on bar 5."
    edited = what_to_do(PlaySettings("bach-edit", bars=4), EDIT)
    assert edited == "Play 4 bars; you hear them again, edited, on bar 5."
    assert "until you play again" in what_to_do(PlaySettings("x", mode="follow"), EXTEND)
    assert "1 bar;" in what_to_do(PlaySettings("bach", bars=1, mode="loop"))
    assert "4 bars after the bar line" in what_to_do(PlaySettings("bach", click=True))
    assert what_to_do(PlaySettings("bach", count_in_bars=1)) == (
        "Press any key: one bar is counted in, then play 4 bars; "
        "the accompaniment comes in on bar 5."
    )
    assert what_to_do(PlaySettings("bach", pickup=1.5)) == (
        "Play 4 bars with a pick-up of 1.5 beats (in bar 0); the accompaniment comes in on bar 5."
    )


def test_by_an_outside_clock_the_musician_is_told_to_wait_for_it():
    said = what_to_do(PlaySettings("bach", clock="midi", mode="follow"))
    assert said == (
        "When MIDI clock runs, play; the accompaniment plays under you from the second bar on."
    )


def test_the_demo_says_what_it_goes_without():
    plain = {"bars": None, "mode": "answer", "echo": False, "start": None, "pickup": 0.0}
    plain |= {"count_in_bars": 0, "input_name": "", "output_name": "", "midi": None}
    plain |= {"clock": "internal"}
    assert ignored(plain) == []
    assert ignored(plain | {"bars": 2, "pickup": 1.0, "input_name": "piano"}) == [
        "--bars",
        "--pickup",
        "--input",
    ]


def test_a_take_of_the_demo_is_called_by_its_tune(tmp_path, capsys):
    take = save_take(tmp_path, Composition(Track("Tune", clip=Clip((Note(60, 0, 1),), 4.0))), NOON)
    call_take(take, "First light")
    assert [one.title for one in list_takes(tmp_path)] == ["First light"]
    call_take(tmp_path / "20261201-none.mid", "First light")
    assert "the take has no name" in capsys.readouterr().err


def test_the_end_tells_of_late_notes():
    assert ending(Lateness(), True) == []
    assert ending(Lateness(1200, 2, 1, 4.25), True) == [
        "1,200 messages sent, 2 more than 3 ms late (at worst 4.2 ms), 1 notes left out"
    ]
    assert "without it" in ending(Lateness(), False)[0]


@pytest.mark.parametrize(
    ("has_ended", "failure", "code"),
    [(True, None, 0), (False, None, 1), (True, RuntimeError("a fault of ours"), 1)],
)
def test_a_fault_of_the_engine_is_no_good_end(monkeypatch, tmp_path, has_ended, failure, code):
    session = SimpleNamespace(
        ports=NoPorts(),
        osc=OscEndpoints(lambda _: None, lambda: 0.0, OscPorts(is_off=True)),
        runner=SimpleNamespace(failure=failure),
        lateness=Lateness(),
        close=lambda: has_ended,
        ask=lambda *_: None,
    )
    monkeypatch.setattr(play_session, "open_session", lambda *_: session)
    monkeypatch.setattr(play_session, "StopSignals", lambda: None)
    monkeypatch.setattr(play_session, "log_to_file", lambda name: None)
    manifest = Manifest("bach", "Bach", "accompany")
    chosen = Chosen(PlaySettings("bach"), (manifest,))
    stage = play_session.PlaySession(chosen, Connections("none", tmp_path))
    assert stage.close() == code
    assert stage.view.stop()


@pytest.fixture
def bridge(model, tmp_path):
    """A `continuo play` process without MIDI ports that has printed its opening."""
    environment = {**os.environ, "CONTINUO_MODELS": str(model.parent), "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        [
            *CONTINUO,
            "play",
            "--midi",
            "none",
            "--osc-port",
            "0",
            "--osc-events",
            "none",
            "--model",
            model.stem,
            "--takes",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def opening_of(process):
    lines = []
    while not lines or "Ctrl-C ends" not in lines[-1]:
        line = process.stdout.readline()
        assert line, lines
        lines.append(line.strip())
    return lines


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_is_a_good_end(bridge, name, tmp_path):
    said = opening_of(bridge)
    assert said[0] == "MIDI: no MIDI ports"
    assert any(str(tmp_path.resolve()) in line for line in said)
    bridge.send_signal(getattr(signal, name))
    rest, _ = bridge.communicate(timeout=PATIENCE_SECONDS)
    assert bridge.returncode == 0
    assert "Traceback" not in rest


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_closed_pipe_does_not_end_the_music(bridge):
    opening_of(bridge)
    bridge.stdout.close()
    with pytest.raises(subprocess.TimeoutExpired):
        bridge.wait(timeout=0.3)
    bridge.send_signal(signal.SIGTERM)
    assert bridge.wait(timeout=PATIENCE_SECONDS) == 0
