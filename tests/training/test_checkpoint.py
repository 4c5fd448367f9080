"""Checkpoints: written whole or not at all, and the one before is kept."""

from contextlib import suppress

import pytest
import torch

from models.training.checkpoint import (
    CHECKPOINT,
    CHECKPOINT_FORMAT,
    from_bytes,
    has_checkpoint,
    last_checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from models.training.errors import TrainingError


def state(step: int) -> dict:
    return {"format": CHECKPOINT_FORMAT, "step": step, "weights": torch.arange(5)}


def write(folder, *steps: int):
    for step in steps:
        write_checkpoint(folder / CHECKPOINT, state(step), keep_previous=True)
    return folder / CHECKPOINT


def resumed_step(folder) -> tuple[int, list[str]]:
    told: list[str] = []
    return from_bytes(last_checkpoint(folder, told.append), folder)["step"], told


def test_the_last_checkpoint_is_the_one_that_goes_on(tmp_path):
    write(tmp_path, 1, 2, 3)
    assert resumed_step(tmp_path) == (3, [])


@pytest.mark.parametrize("kept", [0, 10, 300])
def test_a_checkpoint_cut_short_gives_way_to_the_one_before_it(tmp_path, kept):
    path = write(tmp_path, 1, 2)
    path.write_bytes(path.read_bytes()[:kept])
    step, told = resumed_step(tmp_path)
    assert step == 1
    assert "cannot be read" in told[0]
    assert "the one before" in told[0]


def test_a_kill_before_the_rename_leaves_the_last_checkpoint_whole(tmp_path, monkeypatch):
    write(tmp_path, 1, 2)

    def killed(self, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", killed)
        with pytest.raises(KeyboardInterrupt):
            write(tmp_path, 3)
    assert resumed_step(tmp_path) == (2, [])


def test_a_kill_between_the_two_renames_costs_no_more_than_a_checkpoint(tmp_path):
    path = write(tmp_path, 1, 2)
    path.unlink()
    assert has_checkpoint(tmp_path)
    assert resumed_step(tmp_path)[0] == 1


def test_a_full_disk_leaves_the_last_checkpoint_whole(tmp_path, monkeypatch):
    path = write(tmp_path, 1)
    before = path.read_bytes()

    def full(state, file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(TrainingError, match=r"No space left.*--resume"):
        write(tmp_path, 2)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [CHECKPOINT]


@pytest.mark.parametrize("content", [b"", b"junk", b"\x80\x02junk", bytes(1000)])
def test_what_is_no_checkpoint_is_refused_in_a_sentence(tmp_path, content):
    (tmp_path / CHECKPOINT).write_bytes(content)
    with pytest.raises(TrainingError, match="cannot be read"):
        read_checkpoint(tmp_path / CHECKPOINT)


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
def test_a_checkpoint_with_any_byte_damaged_is_refused_in_a_sentence_or_whole(tmp_path):
    whole = write(tmp_path, 1).read_bytes()
    for place in range(500):
        with suppress(TrainingError):
            from_bytes(whole[:place] + b"." + whole[place + 1 :], tmp_path)


@pytest.mark.parametrize("odd", [[1, 2], {"format": 1}, {}])
def test_a_file_of_another_version_or_kind_is_refused_in_a_sentence(tmp_path, odd):
    torch.save(odd, tmp_path / CHECKPOINT)
    with pytest.raises(TrainingError, match=r"another version|not a checkpoint"):
        read_checkpoint(tmp_path / CHECKPOINT)


def test_nothing_to_resume_is_said(tmp_path):
    assert not has_checkpoint(tmp_path)
    with pytest.raises(TrainingError, match="no checkpoint to resume"):
        last_checkpoint(tmp_path, print)
