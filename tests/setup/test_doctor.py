"""What `continuo doctor` finds and how it says it."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.commands import doctor as command_file
from bridge.setup import doctor
from bridge.setup.doctor import Check
from bridge.sound.fluidsynth import SOUND_FONT_VARIABLE
from models.artifact.catalogue import CatalogueEntry
from models.artifact.manifest import Manifest

GOOD = CatalogueEntry("good", Path("/m/good.ts"), Manifest("good", "Good", "accompany"))
BAD = CatalogueEntry("bad", Path("/m/bad.ts"), error="bad.ts: not a zip archive")


def statuses(checks):
    return [check.status for check in checks]


def test_an_old_python_is_named_with_its_cure():
    check = doctor.check_python((3, 9, 2))
    assert (check.status, check.finding) == ("fail", "3.9.2 is too old")
    assert "3.11" in check.cure


def test_each_missing_package_is_named_as_pip_knows_it():
    needed = doctor.needed_packages()
    (check,) = doctor.check_packages(needed, lambda name: name != "python-rtmidi")
    assert check == Check(
        "package python-rtmidi", "fail", "not installed", "pip install python-rtmidi"
    )


def test_one_midi_system_that_answers_is_enough():
    problems = {"alsa": "the ALSA sequencer is not there (/dev/snd/seq): load it", "jack": ""}
    checks = list(doctor.check_midi(problems, []))
    assert statuses(checks) == ["warn", "ok"]
    assert checks[0].finding == "the ALSA sequencer is not there (/dev/snd/seq)"
    assert checks[0].cure == "load it"


def test_without_any_midi_system_it_cannot_play():
    problems = {"alsa": "not there: load it", "jack": "no JACK server runs: start one"}
    assert statuses(doctor.check_midi(problems, [])) == ["fail", "fail"]


def test_a_continuo_that_runs_already_is_named():
    check = list(doctor.check_midi({"jack": ""}, ["Continuo In:Continuo In", "synth"]))[-1]
    assert (check.name, check.status) == ("port names", "warn")
    assert "Continuo In" in check.finding


def test_windows_without_a_loop_back_driver_is_told_to_get_one():
    check = list(doctor.check_midi({"winmm": ""}, ["Keystation 49"]))[-1]
    assert check.status == "fail"
    assert "loopMIDI" in check.cure


def test_windows_with_loop_back_ports_is_fine():
    assert statuses(doctor.check_midi({"winmm": ""}, ["Continuo In 1"])) == ["ok"]


def test_takes_can_be_written_into_a_new_folder(tmp_path):
    assert doctor.FAIL not in statuses(doctor.check_takes(tmp_path / "new" / "takes"))


def test_a_takes_folder_that_cannot_be_written_is_said_with_a_cure(tmp_path):
    (tmp_path / "file").write_text("")
    (check,) = doctor.check_takes(tmp_path / "file")
    assert check.status == "fail"
    assert "--takes" in check.cure


def test_a_model_that_loads_tells_how_long_it_took():
    (check,) = doctor.check_models(
        [GOOD], lambda paths: {p: {"error": "", "seconds": 1.2} for p in paths}
    )
    assert (check.status, check.finding) == ("ok", "answers (1.2 s)")


def test_a_broken_model_beside_a_good_one_is_a_warning_with_its_reason():
    checks = doctor.check_models(
        [GOOD, BAD], lambda paths: {p: {"error": "", "seconds": 1.2} for p in paths}
    )
    check = list(checks)[1]
    assert (check.status, check.finding) == ("warn", "bad.ts: not a zip archive")
    assert "/m/bad.ts" in check.cure.replace("\\", "/")


def test_a_model_that_takes_the_process_with_it_is_no_mystery():
    (check,) = doctor.check_models([GOOD], lambda paths: {})
    assert (check.status, check.finding) == ("fail", "loading it ended without a word")


def test_a_model_that_hangs_takes_no_other_with_it(monkeypatch, tmp_path):
    fake = tmp_path / "probe.py"
    fake.write_text(
        "import sys\n"
        'print(\'{"path": "good.ts", "error": "", "seconds": 1.2}\', flush=True)\n'
        "while True: pass\n"
    )
    run = doctor.run_patiently
    monkeypatch.setattr(
        doctor, "run_patiently", lambda command, limit: run([sys.executable, str(fake)], 1.0)
    )
    found = doctor.examine_models([Path("good.ts"), Path("hangs.ts")])
    assert list(found) == [Path("good.ts")]


def test_no_model_at_all_cannot_play():
    assert statuses(doctor.check_models([], lambda paths: {})) == ["fail"]


def test_sound_is_there_and_is_not_needed_to_play(monkeypatch):
    monkeypatch.delenv(SOUND_FONT_VARIABLE, raising=False)
    assert doctor.check_sound().status == "ok"
    monkeypatch.setenv(SOUND_FONT_VARIABLE, "no.sf2")
    check = doctor.check_sound()
    assert check.status == "warn"
    assert "no.sf2" in check.finding


def test_a_taken_osc_port_is_named():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        assert str(port) in doctor.check_osc_port(port).finding
        assert doctor.check_osc_port(port).status == "warn"
    assert doctor.check_osc_port(port).status == "ok"


def test_a_continuo_that_listens_already_is_known_by_its_answer():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))

        def answer():
            _, sender = other.recvfrom(1024)
            other.sendto(b"/continuo/pong\0\0,i\0\0\0\0\0\x01", sender)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        check = doctor.check_osc_port(other.getsockname()[1])
        thread.join()
    assert check.status == "warn"
    assert "another Continuo" in check.finding


def test_a_patch_that_listens_for_events_already_is_as_it_should_be():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as patch:
        patch.bind(("127.0.0.1", 0))
        check = doctor.check_events_port(patch.getsockname()[1])
    assert (check.status, check.cure) == ("ok", "")
    assert "a program listens" in check.finding


def test_continuos_own_server_hears_a_ping_and_is_heard():
    assert doctor.check_osc_echo().status == "ok"


def lost(_ping):
    raise TimeoutError("timed out")


def refused(_ping):
    raise PermissionError(1, "Operation not permitted")


@pytest.mark.parametrize(
    ("ask", "word"),
    [(lost, "no answer"), (refused, "not permitted"), (lambda _ping: b"/other", "other")],
)
def test_a_firewall_that_eats_osc_is_found(ask, word):
    check = doctor.check_osc_echo(ask)
    assert check.status == "warn"
    assert word in check.finding
    assert "firewall" in check.cure


def test_what_is_needed_for_link_alone_is_no_reason_to_warn():
    checks = list(doctor.check_clocks("", lambda _name: None))
    assert statuses(checks) == ["ok", "ok"]
    assert checks[0].finding == "not installed; only --clock link needs it"
    assert [check.cure for check in checks] == [
        "pip install 'continuo[link]'",
        "pip install 'continuo[jack]'",
    ]


def test_the_jack_clock_needs_a_server_too():
    checks = list(doctor.check_clocks("no JACK server runs: start one", lambda name: name))
    assert checks[0].finding == "installed"
    assert checks[1].finding == "no JACK server runs; only --clock jack needs it"
    assert checks[1].cure == "start one"


def test_looking_for_link_does_not_load_it():
    asked = "import sys; from bridge.setup import doctor; list(doctor.check_clocks()); "
    asked += "list(doctor.check_osc(0, 0)); print({'aalink', 'jack', 'zeroconf'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("status", "code", "word"),
    [("ok", 0, "can play"), ("warn", 0, "can play"), ("fail", 2, "mended: thing")],
)
def test_the_exit_code_says_whether_it_can_play(monkeypatch, status, code, word):
    found = [Check("thing", status, "something", "" if status == "ok" else "do this")]
    monkeypatch.setattr(command_file, "examine", lambda takes: iter(found))
    result = CliRunner().invoke(command_file.command)
    assert result.exit_code == code
    assert word in result.output
    assert ("-> do this" in result.output) == (status != "ok")
    assert '"can_play"' in CliRunner().invoke(command_file.command, ["--json"]).output
