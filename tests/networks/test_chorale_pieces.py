import random

import pytest
from midi_folders import song, write

from models.data.piece import DatasetError
from models.data.prepare import prepare
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track
from models.networks.chorale.pieces import chorales

VOICES = {"soprano": 72, "alto": 67, "tenor": 60, "bass": 48}


def write_chorale(path, tune=0):
    """Four voices in quarter notes, eight bars long; another number is other music."""
    draw = random.Random(tune)
    parts = [
        Track(name, Clip(tuple(Note(float(i), 1.0, pitch + draw.randrange(5)) for i in range(32))))
        for name, pitch in VOICES.items()
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_composition(path, Composition(parts[0], tuple(parts[1:])))


def test_pieces_with_other_tracks_are_no_chorales(tmp_path):
    for i in range(2):
        write(tmp_path / f"{i}.mid", song(i))
    train, valid, reasons = chorales(prepare(tmp_path))
    assert (train, valid) == ([], [])
    assert "accompany with Piano" in reasons[0]


def test_pieces_of_one_name_in_two_folders_are_two_pieces(tmp_path):
    for i, folder in enumerate(("advent", "easter", "pentecost")):
        write_chorale(tmp_path / folder / "1.mid", tune=i)
    train, valid, _ = chorales(prepare(tmp_path))
    assert len(train) + len(valid) == 3


@pytest.mark.parametrize("names", [("aa", "ab"), ("held 8", "held 18")])
def test_two_pieces_are_one_to_learn_from_and_one_to_choose_by(tmp_path, names):
    for i, name in enumerate(names):
        write_chorale(tmp_path / f"{name}.mid", tune=i)
    train, valid, _ = chorales(prepare(tmp_path))
    assert (len(train), len(valid)) == (1, 1)


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="not a folder"):
        prepare(tmp_path / "nowhere")
