"""Defaults of the user's own: set, shown, used, outdone by flags, and wrong entries named."""

import logging
import subprocess
import sys
import tomllib

import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.commands.watch_log import log_to_file
from bridge.storage import defaults_file


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "config" / "continuo" / "config.toml"
    monkeypatch.setattr(defaults_file, "default_file", lambda: path)
    return path


def continuo(*words):
    return CliRunner().invoke(main, list(words))


def good(*words):
    result = continuo(*words)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*words):
    result = continuo(*words)
    assert result.exit_code == 2, result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def write(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_what_is_set_is_shown_and_unset_again(file):
    assert str(file) in good("config")
    good("config", "set", "play.tempo", "96")
    good("config", "set", "play.thru", "off")
    good("config", "set", "play.set", "temperature=0.5", "movement=-1")
    good("config", "set", "generate.out", "made")
    assert good("config", "show").splitlines()[:3] == [
        "play.tempo = 96.0",
        "play.thru = false",
        'play.set = ["temperature=0.5", "movement=-1"]',
    ]
    data = tomllib.loads(file.read_text())
    assert data["generate"] == {"out": "made"}
    good("config", "unset", "play.thru")
    good("config", "unset", "generate.out")
    assert "thru" not in good("config", "show")
    assert good("config", "path").strip() == str(file)
    assert "play.thru is not set" in refused("config", "unset", "play.thru")


def test_a_default_is_used_and_a_flag_wins_over_it(file, tmp_path):
    write(file, '[generate]\nmodel = "no-such-model"\n')  # it was there when it was set
    said = refused("generate", "--melody", "amazing_grace", "--out", str(tmp_path))
    assert "no-such-model" in said
    assert "generate.model" in said
    assert str(file) in said
    said = refused("generate", "--model", "another", "--melody", "amazing_grace")
    assert "another" in said
    assert str(file) not in said


def test_a_default_that_the_model_has_no_use_for_is_left_out_and_that_is_said(file, tmp_path):
    good("config", "set", "generate.set", "movement=-1", "temperature=0")
    good("config", "set", "generate.key", "G")
    good("config", "set", "generate.chords", "G D7")
    good("config", "set", "generate.bars", "4")
    words = ("generate", "--melody", "amazing_grace", "--model", "bach-edit")
    said = good(*words, "--out", str(tmp_path / "a.mid"))
    for left in ("--set movement=-1", "--key G", "--chords G D7", "--bars 4"):
        assert f"Your default {left} is left out: bach-edit " in said
    assert "temperature" not in said
    said = continuo(*words, "--set", "movement=-1", "--out", str(tmp_path)).output
    assert "no control 'movement'" in said
    assert "cannot be told a key" in continuo(*words, "--key", "G").output


def test_a_path_holds_from_any_folder(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    good("config", "set", "play.takes", "my takes")
    assert tomllib.loads(file.read_text())["play"]["takes"] == str(tmp_path / "my takes")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[play]\ntempp = 96\n", ("play.tempp", "tempo")),
        ("[play]\ntempo = 'fast'\n", ("play.tempo", "fast")),
        ("[play]\nmode = 'duet'\n", ("play.mode", "duet", "answer")),
        ("[play]\nthru = 'maybe'\n", ("play.thru", "true or false")),
        ("[play]\ntempo = true\n", ("play.tempo", "True")),
        ("[play]\ntempo = [1, 2]\n", ("play.tempo",)),
        ("[play]\ntempo = {a = 1}\n", ("play.tempo",)),
        ("[play]\ntempo = 1000000\n", ("play.tempo",)),
        ("[play]\nbars = 0\n", ("play.bars",)),
        ("tempo = 96\n", ("tempo", "[play]")),
        ("[play\ntempo = 96\n", ("not TOML",)),
    ],
)
def test_a_wrong_entry_is_one_sentence_that_names_file_and_key(file, text, said):
    write(file, text)
    sentence = refused("play", "--midi", "none", "--osc-port", "none")
    for word in (*said, str(file)):
        assert word in sentence


def test_an_entry_for_another_command_does_not_matter_here_but_is_shown_as_wrong(file):
    write(file, "[play]\ntempp = 96\n")
    good("generate", "--melody", "list")
    assert "play.tempp" in refused("config", "show")


def test_help_is_had_whatever_the_file_holds(file):
    write(file, "nonsense")
    assert "--tempo" in good("play", "--help")


def test_a_file_that_is_no_text_is_named(file):
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\xff\xfe\x00")
    assert str(file) in refused("generate", "--melody", "list")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("play.tempp", "96"), "did you mean tempo"),
        (("play.tempo", "fast"), "fast"),
        (("play.model", "rockband"), "rock-band"),
        (("play.thru", "perhaps"), "true or false"),
        (("play.tempo", "96", "97"), "one value"),
        (("plya.tempo", "96"), "only for play"),
        (("tempo", "96"), "play.tempo"),
        (("doctor.json", "true"), "only for play"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_is_written(file, words, said):
    assert said in refused("config", "set", *words)
    assert not file.exists()


def test_comments_and_other_entries_stay_where_they_are(file):
    write(
        file,
        "# mine\n[play]\n# slow today\ntempo = 80\nmode = 'loop'\n\n[render]\nformat = 'ogg'\n",
    )
    good("config", "set", "play.tempo", "96")
    good("config", "set", "train.minutes", "60")
    assert file.read_text() == (
        "# mine\n[play]\n# slow today\ntempo = 96.0\nmode = 'loop'\n\n[render]\nformat = 'ogg'\n"
        "\n[train]\nminutes = 60.0\n"
    )


def test_an_entry_over_several_lines_is_replaced_whole(file):
    write(file, "[play]\nset = [\n  'temperature=0.5',\n]\ntempo = 80\n")
    good("config", "set", "play.set", "movement=-1")
    assert tomllib.loads(file.read_text()) == {"play": {"set": ["movement=-1"], "tempo": 80}}


def test_a_default_may_hold_quotes_and_any_letters(file):
    good("config", "set", "play.input", 'He said "Klavier 🎹" \\')
    assert tomllib.loads(file.read_text())["play"]["input"] == 'He said "Klavier 🎹" \\'


def test_a_user_without_a_home_plays_without_defaults(monkeypatch):
    from models.user_folders import NoHomeError

    def nowhere():
        raise NoHomeError("this user has no home folder: set HOME")

    monkeypatch.setattr(defaults_file, "default_file", nowhere)
    good("generate", "--melody", "list")
    assert "set HOME" in refused("config", "show")


@pytest.mark.parametrize("words", [("--verbose", "generate"), ("generate", "--verbose")])
def test_the_log_is_written_on_standard_error_if_that_is_asked_for(words):
    code = (
        "import logging; from bridge.cli import main\n"
        f"main({[*words, '--melody', 'list']!r}, standalone_mode=False)\n"
        "logging.getLogger('bridge.inference').info('the worker said something')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "bridge.inference: the worker said something" in done.stderr
    assert "amazing_grace" in done.stdout


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("bridge.commands.watch_log.log_file", lambda name: tmp_path / name / name)
    (tmp_path / "play.log").write_text("a file where the folder should be")
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.raiseExceptions
    try:
        log_to_file("play.log")
        logging.getLogger("bridge").warning("odd")
    finally:
        root.handlers[:], root.level, logging.raiseExceptions = before
    assert capsys.readouterr().err == ""


def test_commands_and_options_are_completed_by_tab():
    environment = {
        "_CONTINUO_COMPLETE": "bash_complete",
        "COMP_WORDS": "continuo play --te",
        "COMP_CWORD": "2",
    }
    result = CliRunner().invoke(main, [], env=environment, prog_name="continuo")
    assert "--tempo" in result.output
