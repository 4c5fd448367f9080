import random

import pytest
from songs import song, write

from models.chorale.data import load_folder
from models.clip import Clip, Composition, Note, Track
from models.data.dataset import DatasetError, load_dataset
from models.midifile import write_composition

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


def test_a_chorale_is_the_same_as_if_it_were_read_alone(tmp_path):
    for i in range(3):
        write_chorale(tmp_path / "train" / f"{i}.mid", tune=i)
        write_chorale(tmp_path / "valid" / f"{i}.mid", tune=i + 3)
    dataset = load_dataset(tmp_path)
    for side, found in (("train", dataset.train), ("valid", dataset.valid)):
        alone, _ = load_folder(tmp_path / side)
        assert [p.name for p in found] == [f"{side}/{p.name}" for p in alone]
        for ours, theirs in zip(found, alone, strict=True):
            for array in ("pitches", "sounding", "onset", "place", "bar"):
                assert (getattr(ours, array) == getattr(theirs, array)).all()


def test_pieces_with_other_tracks_are_no_chorales(tmp_path):
    for i in range(2):
        write(tmp_path / f"{i}.mid", song(i))
    with pytest.raises(DatasetError, match=r"0 usable pieces.*accompany with Piano"):
        load_dataset(tmp_path)


def test_pieces_of_one_name_in_two_folders_are_two_pieces(tmp_path):
    for i, folder in enumerate(("advent", "easter", "pentecost")):
        write_chorale(tmp_path / folder / "1.mid", tune=i)
    dataset = load_dataset(tmp_path)
    assert len(dataset.train) + len(dataset.valid) == 3


@pytest.mark.parametrize("names", [("aa", "ab"), ("held 8", "held 18")])
def test_two_pieces_are_one_to_learn_from_and_one_to_choose_by(tmp_path, names):
    for i, name in enumerate(names):
        write_chorale(tmp_path / f"{name}.mid", tune=i)
    dataset = load_dataset(tmp_path)
    assert (len(dataset.train), len(dataset.valid)) == (1, 1)


def test_a_folder_without_two_chorales_says_why_the_others_are_left_out(tmp_path):
    write_chorale(tmp_path / "one.mid")
    (tmp_path / "broken.mid").write_bytes(b"MThd")
    with pytest.raises(DatasetError, match=r"1 usable pieces, at least 2 .*broken.mid"):
        load_dataset(tmp_path)


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="not a folder"):
        load_dataset(tmp_path / "nowhere")
