"""Files that begin with a pick-up at tick 0 are learnt from with their bar lines in place."""

import json

from click.testing import CliRunner
from midi_folders import chords, line, write

from bridge.cli import main
from models.data.limits import Limits
from models.data.piece import LeftOut
from models.data.read_piece import read_piece
from models.music.clip import Composition, Note, Track


def folder_of_one(tmp_path):
    tune = line(1, 67, 32).shifted(1)
    tune = type(tune)((Note(0, 1, 62), *tune.notes))
    write(
        tmp_path / "a.mid", Composition(Track("Melody", tune), (Track("Piano", chords(1), "part"),))
    )
    return tmp_path / "a.mid"


def test_a_pick_up_lies_before_the_first_bar_line(tmp_path):
    piece = read_piece(folder_of_one(tmp_path), "a", "a.mid", Limits(pickup_beats=1))
    assert [n.start for n in piece.composition.melody.clip.notes[:3]] == [3, 4, 5]


def test_a_pick_up_longer_than_the_bar_leaves_the_file_out(tmp_path):
    left = read_piece(folder_of_one(tmp_path), "a", "a.mid", Limits(pickup_beats=4))
    assert isinstance(left, LeftOut)
    assert "a pick-up must be in range 0..4 beats" in left.reason


def test_dataset_report_takes_the_pick_up(tmp_path, monkeypatch):
    monkeypatch.setattr("models.data.cache.data_folder", lambda name: tmp_path / name)
    folder_of_one(tmp_path)
    said = CliRunner().invoke(main, ["dataset", "report", str(tmp_path), "--pickup", "1", "--json"])
    assert json.loads(said.stdout)["bars"] == 9
