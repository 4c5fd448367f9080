"""`continuo render` from the outside: files in, sound files out, faults in a sentence."""

import json

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from heard import note, program, save

from bridge.cli import main
from bridge.sound.fluidsynth import SOUND_FONT_VARIABLE


@pytest.fixture
def melody(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(SOUND_FONT_VARIABLE, raising=False)
    return save(tmp_path / "tune.mid", program(0), *note(0, 1, 60), *note(1, 1, 64))


def render(*options):
    return CliRunner().invoke(main, ["render", *map(str, options)])


@pytest.mark.parametrize("kind", ["wav", "ogg", "mp3", "flac"])
def test_each_kind_of_file_holds_the_music(melody, tmp_path, kind):
    result = render(melody, "--out", tmp_path / f"x.{kind}")
    assert result.exit_code == 0, result.output
    wave, rate = soundfile.read(tmp_path / f"x.{kind}")
    assert rate == 44_100
    assert wave.shape[1] == 2
    assert np.sqrt((wave**2).mean()) > 0.005


def test_several_files_go_into_a_folder(melody, tmp_path):
    other = save(tmp_path / "other.mid", *note(0, 1, 50))
    result = render(melody, other, "--out", tmp_path / "sound", "--format", "ogg")
    assert result.exit_code == 0, result.output
    assert sorted(p.name for p in (tmp_path / "sound").iterdir()) == ["other.ogg", "tune.ogg"]


def test_without_out_the_sound_comes_into_this_folder(melody, tmp_path):
    assert render(melody).exit_code == 0
    assert (tmp_path / "tune.wav").is_file()


def test_what_fails_is_said_and_the_others_are_rendered(melody, tmp_path):
    empty = save(tmp_path / "empty.mid", program(0))
    (tmp_path / "broken.mid").write_bytes(b"no music")
    result = render(empty, "broken.mid", melody, "--out", "out/", "--json")
    assert result.exit_code == 2
    said = json.loads(result.stdout)
    assert [entry["input"] for entry in said["files"]] == [str(melody)]
    assert said["files"][0]["notes"] == 2
    assert "has no notes" in said["failed"][0]["error"]
    assert "cannot read broken.mid" in said["failed"][1]["error"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["tune.wav"]


def test_an_instrument_that_is_not_there_is_named(melody, tmp_path):
    harp = save(tmp_path / "harp.mid", program(46), *note(0, 1, 60))
    result = render(harp)
    assert "General MIDI program 47 is not in the sound bank: Pizzicato Section" in result.output


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["tune.mid", "--out", "x.xyz"], "--out must be a folder or end in .wav, .flac, .ogg"),
        (["tune.mid", "--out", "x.wav", "--format", "ogg"], "--format ogg disagree"),
        (["tune.mid", "b/tune.mid"], "would both become tune.wav"),
        (["tune.mid", "b.mid", "--out", "x.wav"], "is one file, but there are 2"),
        (["tune.mid", "--soundfont", "no.sf2"], "there is no sound font no.sf2"),
        (["tune.mid", "--out", "tune.mid/x.wav"], "cannot make the folder tune.mid"),
    ],
)
def test_a_wish_that_cannot_be_granted_is_refused_in_a_sentence(melody, options, sentence):
    result = render(*options)
    assert result.exit_code == 2
    assert sentence in result.output


def test_a_sound_font_of_ones_own_that_is_none_is_refused(melody, tmp_path):
    (tmp_path / "own.sf2").write_bytes(b"RIFFxxxxsfbk")
    result = render(melody, "--soundfont", "own.sf2")
    assert result.exit_code == 2
    assert not (tmp_path / "tune.wav").exists()
