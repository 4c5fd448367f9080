"""A disk without room, for real: a sentence, exit code 2, and no half file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_disk import tiny_disk
from toy_models import save_held_chord

from bridge.storage.take_store import FileTakeStore, load_take
from models.formats.midi_read import read_score
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track

CONTINUO = (sys.executable, "-c", "from bridge.cli import main; main()")
TUNE = Composition(Track("Tune", Clip(tuple(Note(b, 1.0, 60 + b % 5) for b in range(16)), 16.0)))


@pytest.fixture
def disk(tmp_path):
    with tiny_disk(tmp_path / "disk") as disk:
        yield disk


def continuo(*words, **environment):
    return subprocess.run(
        [*CONTINUO, *map(str, words)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def the_sentence(done):
    """The one sentence of a refusal: never a traceback."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    faults = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert len(faults) == 1, done.stderr
    return faults[0]


def test_generate_says_so_and_leaves_no_half_file(disk, tmp_path, monkeypatch):
    monkeypatch.setenv("CONTINUO_MODELS", str(tmp_path / "models"))
    save_held_chord(tmp_path / "models")
    write_composition(tmp_path / "tune.mid", TUNE)
    disk.fill()
    out = disk.folder / "out.mid"
    done = continuo("generate", tmp_path / "tune.mid", "--model", "heldchord", "--out", out)
    assert "no space left" in the_sentence(done)
    assert [path.name for path in disk.folder.iterdir()] == ["ballast"]


@pytest.mark.parametrize("kind", ["wav", "ogg"])
def test_render_says_so_and_leaves_no_half_file(disk, tmp_path, kind):
    write_composition(tmp_path / "tune.mid", TUNE)
    disk.fill()
    done = continuo("render", tmp_path / "tune.mid", "--out", disk.folder / f"out.{kind}")
    assert "cannot write" in the_sentence(done)
    assert [path.name for path in disk.folder.iterdir()] == ["ballast"]


def test_render_says_so_where_the_disk_becomes_full_on_the_way(disk, tmp_path):
    write_composition(tmp_path / "tune.mid", TUNE)
    done = continuo("render", tmp_path / "tune.mid", "--out", disk.folder / "out.wav")
    assert "cannot write" in the_sentence(done)
    assert list(disk.folder.iterdir()) == []


def test_a_default_that_cannot_be_written_is_said_and_the_file_stays(disk):
    place = {"XDG_CONFIG_HOME": str(disk.folder)}
    assert continuo("config", "set", "play.tempo", 96, **place).returncode == 0
    disk.fill()
    done = continuo("config", "set", "play.takes", "x" * 100, **place)
    assert "no space left" in the_sentence(done)
    shown = continuo("config", "show", **place).stdout
    assert shown.startswith("play.tempo = 96.0\nSet in")


def test_takes_wait_in_memory_until_there_is_room(disk):
    reports = []
    store = FileTakeStore(disk.folder / "takes", reports.append, others=())
    store.save(TUNE)
    disk.fill()
    for _ in range(3):
        store.save(TUNE)
    store._jobs.put(disk.make_room)  # in its thread: after it has tried
    store.save(TUNE)
    store.close()
    takes = sorted((disk.folder / "takes").glob("*.mid"))
    assert len(takes) == 5
    for take in takes:
        assert len(read_score(take).tracks[0].clip.notes) == 16
        assert load_take(take) == TUNE


def test_takes_of_a_disk_that_stays_full_are_saved_elsewhere_at_the_end(disk, tmp_path):
    reports = []
    store = FileTakeStore(disk.folder / "takes", reports.append, others=(tmp_path / "other",))
    disk.fill()
    store.save(TUNE)
    store.close()
    (take,) = sorted((tmp_path / "other").glob("*.mid"))
    assert load_take(Path(take)) == TUNE
    assert str(tmp_path / "other") in reports[-1].text
