import json

import pytest
from click.testing import CliRunner
from midi_folders import band, song, write

from bridge.cli import main
from models.artifact.manifest import TrackSpec
from models.data.piece import Corpus, Facts, LeftOut, Piece
from models.data.report import report
from models.music.clip import Clip, Note, Track
from models.music.key import key_name


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setattr("models.data.cache.data_folder", lambda name: tmp_path / "data" / name)


@pytest.fixture
def folder(tmp_path):
    for i in range(4):
        write(tmp_path / "music" / f"{i}.mid", song(i))
    write(tmp_path / "music" / "[b]copy[/b].mid", song(2, up=3))
    (tmp_path / "music" / "broken.mid").write_bytes(b"MThd")
    return tmp_path / "music"


def run(*args):
    return CliRunner().invoke(main, ["dataset", *map(str, args)])


def scale(pitch, beats):
    degrees = (0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0, 0)
    return Clip(tuple(Note(float(i), 1.0, pitch + degrees[i % 12]) for i in range(beats)), beats)


def test_the_numbers_of_a_report_are_those_of_the_music():
    tune, pedal = scale(60, 12), Clip((Note(0.0, 12.0, 48), Note(0.0, 6.0, 55)), 12.0)
    waltz = band(Track("Melody", tune), Track("Piano", pedal, "piano", 0, 1), meter=(3, 4), bpm=60)
    facts = Facts("a.mid", ("piano", "flute"), "by its name", 0.25, 0.25)
    corpus = Corpus(
        (TrackSpec("Piano", "piano", 0, 1, 48, 55),),
        (Piece("a", waltz, facts),),
        (),
        (LeftOut("b.mid", "the same music as a", "duplicate"),),
    )
    found = report(corpus)
    assert (found.train, found.valid, found.bars, found.notes) == (1, 0, 4, 14)
    assert found.hours == pytest.approx(12 / 3600)
    assert found.notes_per_bar == 3.5
    assert found.polyphony == 2.5
    assert (found.off_grid, found.triplets, found.triplet_heavy) == (0.25, 0.25, ("a",))
    assert (found.keys, found.meters) == ({"C": 1}, {"3/4": 4})
    assert (found.other_roles, found.duplicates) == ({"flute": 1}, 1)
    assert [(t.role, t.notes, t.low, t.high, t.notes_per_bar) for t in found.tracks] == [
        ("melody", 12, 60, 72, 3.0),
        ("piano", 2, 48, 55, 0.5),
    ]


@pytest.mark.parametrize(("up", "key"), [(0, "C"), (2, "D"), (6, "F#"), (10, "Bb")])
def test_a_scale_is_in_its_key(up, key):
    assert key_name([scale(60 + up, 12)]) == key


def test_silence_is_in_no_key():
    assert key_name([Clip()]) == ""


def test_the_report_as_json_is_one_object(folder):
    result = run("report", folder, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["train"] + found["valid"] == 4
    assert found["refused"] == {"duplicate": 1, "unreadable": 1}
    assert {out["file"] for out in found["left_out"]} == {"[b]copy[/b].mid", "broken.mid"}
    assert [t["role"] for t in found["tracks"]] == ["melody", "piano"]


def test_the_report_for_people_names_tracks_meters_and_the_files_left_out(folder):
    result = run("report", folder)
    assert result.exit_code == 0
    for text in ("4/4 32", "Piano", "the same music as", "[b]copy[/b].mid", "it is truncated"):
        assert text in result.stdout


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.mkdir(), lambda p: p.write_text("x")])
def test_a_folder_without_music_is_the_users_mistake(tmp_path, make):
    make(tmp_path / "nothing")
    result = run("report", tmp_path / "nothing")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1


def test_the_report_does_not_load_torch(folder):
    import subprocess
    import sys

    code = (
        "import sys; from models.data.cache import load_corpus; from models.data.report import "
        "report; import bridge.commands.dataset_table; print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
