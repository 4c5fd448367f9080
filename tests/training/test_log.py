"""What a training leaves to look at: numbers, curves, pictures and sound."""

import builtins
import json

import numpy as np
import pytest
import torch
from toy_learner import CORPUS, ToyLearner, piece

from models.formats.midi_read import read_score
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap
from models.training.errors import TrainingError
from models.training.log import Log, read_metrics
from models.training.loop import Trainer, TrainingPlan
from models.training.pictures import draw
from models.training.sample_figures import Yardstick


def trainer_in(folder, epochs: float = 1.5) -> Trainer:
    torch.manual_seed(0)
    return Trainer(ToyLearner(), folder, TrainingPlan(epochs=epochs, validate_every=2))


def keep_log(trainer, log) -> None:
    for progress in trainer.run():
        log.write(progress)
    log.close()


def no_tensorboard(monkeypatch):
    real = builtins.__import__

    def absent(name, *rest):
        if name.startswith("torch.utils.tensorboard"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)


def test_each_validation_is_a_line_and_samples_stand_beside_real_music(tmp_path, monkeypatch):
    no_tensorboard(monkeypatch)
    told: list[str] = []
    trainer = trainer_in(tmp_path)
    keep_log(trainer, Log(trainer, told.append))
    lines = read_metrics(tmp_path)
    assert [line["step"] for line in lines] == [2, 4, 6]
    assert set(lines[0]["losses"]) == set(lines[0]["rates"]) == {"one", "two"}
    assert lines[-1]["figures"]["empty_bar_rate"] == 0
    assert lines[-1]["figures"]["drums_in_pattern"] is None  # there are none
    assert lines[-1]["training_figures"]["training_similarity"] == pytest.approx(1)
    assert any("pip install" in t for t in told)
    assert any("samples (real music): empty bars 0.00 (0.00)" in t for t in told)
    sample = read_score(tmp_path / "samples" / "step-000006-1.mid")
    assert [len(t.clip.notes) for t in sample.tracks] == [8, 4]


def test_sampling_takes_a_twentieth_of_the_time_at_most(tmp_path, monkeypatch):
    no_tensorboard(monkeypatch)
    trainer, now = trainer_in(tmp_path, epochs=100), [0.0]
    log = Log(trainer, print, now=lambda: now[0])
    monkeypatch.setattr(trainer, "sample", lambda count: slow_sample(count))

    def slow_sample(count):
        now[0] += 1
        return [p.composition for p in CORPUS.valid]

    for progress in trainer.run(lambda: trainer.step >= 60):
        now[0] += 2
        log.write(progress)
    sampled = [line["step"] for line in read_metrics(tmp_path) if "figures" in line]
    assert len(sampled) == 3  # at 2 s, and from 23 s and 45 s on


def test_a_resumed_log_forgets_what_the_checkpoint_does_not_know(tmp_path, monkeypatch):
    no_tensorboard(monkeypatch)
    lines = [{"step": step} for step in (2, 4, 6)]
    text = "".join(json.dumps(line) + "\n" for line in lines) + '{"step": 8, "los'
    (tmp_path / "metrics.jsonl").write_text(text)
    trainer = trainer_in(tmp_path)
    trainer.step = 4
    Log(trainer, print)
    assert read_metrics(tmp_path) == lines[:2]


def test_a_log_that_cannot_be_written_is_said_in_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "samples").write_text("in the way")
    with pytest.raises(TrainingError, match=r"cannot write the log .*--no-log"):
        Log(trainer_in(tmp_path), print)


def test_tensorboard_has_curves_reference_lines_pictures_and_sound(tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    trainer, told = trainer_in(tmp_path), []
    keep_log(trainer, Log(trainer, told.append))
    assert any(f"tensorboard --logdir {tmp_path / 'tensorboard'}" in t for t in told)
    events = accumulator.EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    tags = events.Tags()
    wanted = {"loss/one", "loss/two", "valid/loss", "rate/two"}
    wanted |= {"music/in_scale_best_key", "music_training/in_scale_best_key"}
    assert wanted <= set(tags["scalars"])
    assert [e.step for e in events.Scalars("loss/one")] == [2, 4, 6]
    assert tags["images"] == ["sample/1"]
    assert tags["audio"] == ["sample/1"]
    assert "custom_scalars__config__" in tags["tensors"]


def test_the_yardstick_tells_a_copy_from_other_music():
    yardstick = Yardstick(CORPUS)
    copy, other = piece("d").composition, Composition(
        Track("melody", Clip((Note(0, 0.5, 60), Note(1, 3, 71)), 4)),
        (Track("Bass", Clip((Note(2, 1, 40),), 4)),),
    )  # fmt: skip
    near, far = (yardstick.measure([c])["training_similarity"] for c in (copy, other))
    assert near == pytest.approx(1)
    assert far < 0.5


def test_a_picture_shows_high_notes_above_and_repeated_notes_apart():
    melody = Clip((Note(0, 1, 72), Note(1, 1, 72)), 4)
    picture = draw(Composition(Track("m", melody), (Track("b", Clip((Note(0, 2, 60),), 4)),)))
    dark = (picture == 40).all(-1)
    rows, columns = np.nonzero(dark)
    assert picture.shape[1] == 4 * 4 * 6
    assert rows.max() < picture.shape[0] / 2  # the bass lies below
    assert not dark[:, 23].any()  # the gap before the second note
    assert columns.max() < 48


@pytest.mark.parametrize("piece", [Composition(Track("m")), Composition(Track("m", Clip((), 4)))])
def test_silence_can_be_drawn(piece):
    assert draw(piece).shape[2] == 3


def test_a_piece_that_ends_beside_the_grid_is_drawn():
    waltz = MeterMap.constant(Meter(3, 4))
    for length in (3.1, 3.0, 0.1):
        piece = Composition(Track("m", Clip((Note(0, length, 60),), length)), meter=waltz)
        assert draw(piece).shape[2] == 3
