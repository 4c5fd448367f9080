import os

import pytest
from midi_folders import band, chords, line, song, write

from models.data import cache
from models.data.cache import load_corpus
from models.data.corpus_file import DAMAGED, pack, unpack
from models.data.limits import Limits
from models.data.piece import Corpus
from models.data.prepare import PrepareOptions, prepare
from models.music.clip import Track


@pytest.fixture
def folder(tmp_path):
    for i in range(3):
        write(tmp_path / "music" / f"{i}.mid", song(i))
    (tmp_path / "music" / "broken.mid").write_bytes(b"MThd")
    return tmp_path / "music"


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "kept"


@pytest.fixture
def counted(monkeypatch):
    """Count how often the folder is really read."""
    calls = []

    def count(*args):
        calls.append(args)
        return prepare(*args)

    monkeypatch.setattr(cache, "prepare", count)
    return calls


def test_a_folder_is_read_once_and_is_the_same_when_it_is_taken_from_the_cache(
    folder, kept, counted
):
    first = load_corpus(folder, cache=kept)
    assert load_corpus(folder, cache=kept) == first
    assert first.left_out
    assert len(counted) == 1


@pytest.mark.parametrize("steps", [4, 12, 7])
def test_any_grid_comes_back_as_it_was(tmp_path, steps):
    tracks = [Track("Melody", line(1, 70, step=1 / 3)), Track("Piano", chords(1))]
    write(tmp_path / "a.mid", band(*tracks, meter=(3, 4), bpm=77.7))
    corpus = prepare(tmp_path, PrepareOptions(Limits(steps)))
    assert unpack(pack(corpus)) == corpus


def test_an_empty_corpus_comes_back():
    assert unpack(pack(Corpus((), (), ()))) == Corpus((), (), ())


def test_a_changed_a_new_and_a_lost_file_are_noticed(folder, kept, counted):
    load_corpus(folder, cache=kept)
    write(folder / "new.mid", song("new"))
    load_corpus(folder, cache=kept)
    (folder / "broken.mid").unlink()
    load_corpus(folder, cache=kept)
    os.utime(folder / "0.mid", (1, 1))
    load_corpus(folder, cache=kept)
    assert len(counted) == 4


def test_another_grid_is_prepared_anew(folder, kept, counted):
    load_corpus(folder, cache=kept)
    load_corpus(folder, PrepareOptions(Limits(12)), cache=kept)
    assert len(counted) == 2


@pytest.mark.parametrize("damage", [lambda d: d[:-40], lambda d: b"", lambda d: d[:99] + b"x" * 99])
def test_a_damaged_cache_is_made_again(folder, kept, counted, damage):
    first = load_corpus(folder, cache=kept)
    (file,) = kept.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert load_corpus(folder, cache=kept) == first
    assert len(counted) == 2
    load_corpus(folder, cache=kept)
    assert len(counted) == 2


def test_every_cut_of_a_cache_is_known_as_damage(folder):
    data = pack(prepare(folder))
    for size in range(0, len(data), 61):
        with pytest.raises(DAMAGED):
            unpack(data[:size])


def test_every_flipped_byte_of_a_cache_is_known_as_damage_or_does_no_harm(folder):
    corpus = prepare(folder)
    data = pack(corpus)
    for place in range(0, len(data), 13):
        try:
            found = unpack(data[:place] + bytes([data[place] ^ 0x5A]) + data[place + 1 :])
        except DAMAGED:
            continue
        assert found == corpus  # a byte that nobody reads, such as a date


def test_a_cache_that_may_only_be_read_is_used(folder, kept, counted, monkeypatch):
    def refused(self):
        raise PermissionError(13, "Permission denied")

    load_corpus(folder, cache=kept)
    monkeypatch.setattr("pathlib.Path.touch", refused)
    load_corpus(folder, cache=kept)
    assert len(counted) == 1


def test_a_cache_that_cannot_be_written_stops_nobody(folder, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert load_corpus(folder, cache=tmp_path / "file" / "below").train


def test_old_caches_are_forgotten(folder, kept, monkeypatch):
    monkeypatch.setattr(cache, "_KEPT", 2)
    for steps in (4, 8, 12, 16):
        load_corpus(folder, PrepareOptions(Limits(steps)), cache=kept)
    assert len(list(kept.iterdir())) == 2
