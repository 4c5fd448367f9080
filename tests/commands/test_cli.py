import subprocess
import sys
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from bridge import cli
from bridge.cli import main
from models.errors import ContinuoError

HEAVY = ("torch", "mido", "numpy", "rich", "rtmidi", "pythonosc", "platformdirs")


def test_help_appears_at_once_because_nothing_heavy_is_imported():
    code = (
        "import sys; from bridge.cli import main; main(['--help'], standalone_mode=False);"
        f"print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stderr.strip() == "[]"
    assert all(name in result.stdout for name in cli.COMMANDS)


def test_an_unknown_command_is_answered_with_near_names():
    result = CliRunner().invoke(main, ["genrate"])
    assert result.exit_code == 2
    assert "no command 'genrate'; did you mean generate" in result.stderr


def test_the_version_is_told():
    assert CliRunner().invoke(main, ["--version"]).output.startswith("continuo ")


@pytest.mark.parametrize("name", ["generate", "models"])
def test_a_command_helps_itself(name):
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert "--json" in result.output


@pytest.fixture
def broken(monkeypatch, tmp_path):
    @click.command
    def command():
        raise KeyError("lost")

    monkeypatch.setitem(sys.modules, "broken", SimpleNamespace(command=command))
    monkeypatch.setitem(cli.COMMANDS, "broken", cli.Lazy("broken", "command", "Breaks."))
    monkeypatch.setattr("platformdirs.user_log_dir", lambda *a, **k: str(tmp_path / "log"))


def test_a_fault_of_ours_is_one_sentence_and_the_traceback_is_kept(broken, tmp_path):
    result = CliRunner().invoke(main, ["broken"])
    log = tmp_path / "log" / "crash.log"
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: Continuo failed (KeyError: 'lost'); where it happened is in {log}\n"
    )
    assert "Traceback" in log.read_text()


def test_debug_shows_the_fault_itself(broken):
    assert isinstance(CliRunner().invoke(main, ["--debug", "broken"]).exception, KeyError)


def test_what_the_user_can_mend_is_a_sentence_without_a_log(monkeypatch, tmp_path):
    @click.command
    def command():
        raise ContinuoError("no such port: choose another --input")

    monkeypatch.setitem(sys.modules, "refusing", SimpleNamespace(command=command))
    monkeypatch.setitem(cli.COMMANDS, "refusing", cli.Lazy("refusing", "command", "Refuses."))
    result = CliRunner().invoke(main, ["refusing"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Error: no such port: choose another --input\n"


@pytest.mark.parametrize(("name", "code"), [("play", 0), ("generate", 1)])
def test_ctrl_c_while_it_opens_is_a_quiet_end_of_play(monkeypatch, name, code):
    @click.command
    def command():
        raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "opening", SimpleNamespace(command=command))
    monkeypatch.setitem(cli.COMMANDS, name, cli.Lazy("opening", "command", "Opens."))
    result = CliRunner().invoke(main, [name])
    assert result.exit_code == code
    assert ("Aborted" in result.output) == (code == 1)
