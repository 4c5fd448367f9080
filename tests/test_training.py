"""Training: what it learns, resumes, refuses and exports."""

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from bridge.cli import main
from models.chorale.data import chorale, from_the_top
from models.chorale.net import ChoraleConfig
from models.clip import Clip, Composition, Note, Track
from models.midifile import read_score, write_composition
from models.tempo import MeterMap
from models.training.loop import Trainer, TrainingError, TrainingPlan

torch.set_num_threads(1)  # beside a busy core two threads wait for each other
CONFIG = ChoraleConfig(melody_width=8, width=16, head_width=16, pitch_width=4)
VOICES = (("S", 60, 75), ("A", 55, 70), ("T", 48, 65), ("B", 40, 58))


def tracks(seed: int, beats: int = 36) -> list[Track]:
    random = np.random.default_rng(seed)
    return [
        Track(name, Clip(tuple(Note(b, 1, int(random.integers(low, high))) for b in range(beats))))
        for name, low, high in VOICES
    ]


def trainer(folder, steps: int = 4, seed: int = 0) -> Trainer:
    pieces = [
        chorale(str(i), [t.clip for t in tracks(i)], MeterMap.constant(MeterMap().meter_at(0)))
        for i in range(3)
    ]
    epochs = steps * 4 * 128 / sum(len(p) for p in pieces[:2])
    plan = TrainingPlan(epochs=epochs, batch_size=4, seed=seed, validate_every=2, config=CONFIG)
    return Trainer(pieces[:2], pieces[2:], folder, plan)


def test_a_resumed_training_ends_exactly_where_an_unbroken_one_does(tmp_path):
    whole = list(trainer(tmp_path / "whole").run())
    first = trainer(tmp_path / "broken")
    steps = iter(range(100))
    list(first.run(lambda: next(steps) >= 2))
    second = trainer(tmp_path / "broken")
    second.resume()
    rest = list(second.run())
    assert rest[-1].step == whole[-1].step
    assert rest[-1].valid_loss == whole[-1].valid_loss
    assert rest[-1].train_loss == whole[-1].train_loss


def test_the_rate_warms_up_and_falls_to_almost_nothing():
    plan = TrainingPlan(epochs=1)
    assert plan.rate(0) < plan.rate(plan.warmup) == plan.learning_rate
    assert plan.rate(1) == pytest.approx(plan.learning_rate / 100)


def test_a_write_that_fails_leaves_the_last_checkpoint_whole(tmp_path, monkeypatch):
    its_trainer = trainer(tmp_path)
    list(its_trainer.run())
    before = (tmp_path / "checkpoint.pt").read_bytes()

    def full(state, path):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(TrainingError, match=r"No space left.*--resume"):
        its_trainer.save()
    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    assert not list(tmp_path.glob("*.tmp"))


@pytest.mark.parametrize("content", [b"", b"junk", b"\x80\x02junk", bytes(1000)])
def test_a_checkpoint_that_is_none_is_refused_in_a_sentence(tmp_path, content):
    its_trainer = trainer(tmp_path)
    (tmp_path / "checkpoint.pt").write_bytes(content)
    with pytest.raises(TrainingError, match=r"cannot be read|another version"):
        its_trainer.resume()


def test_a_checkpoint_of_another_size_is_refused_in_a_sentence(tmp_path):
    list(trainer(tmp_path).run())
    other = Trainer(
        trainer(tmp_path).train, trainer(tmp_path).valid, tmp_path,
        TrainingPlan(epochs=1, config=ChoraleConfig(8, 24, 2, 16, 4)),
    )  # fmt: skip
    with pytest.raises(TrainingError, match="another version or size"):
        other.resume()


def test_pieces_too_short_to_learn_from_are_refused(tmp_path):
    short = chorale("x", [t.clip for t in tracks(0, 10)], MeterMap())
    with pytest.raises(TrainingError, match="32 beats long"):
        Trainer([short], [short], tmp_path, TrainingPlan(epochs=1, config=CONFIG))


def test_voices_are_ordered_by_their_names_or_by_their_pitch():
    voices = tracks(0)
    assert [t.name for t in from_the_top(voices[::-1])] == list("SATB")
    unnamed = [Track("", t.clip) for t in voices]
    assert from_the_top(unnamed[::-1])[0].clip == voices[0].clip
    assert from_the_top(unnamed[::-1])[-1].clip == voices[3].clip


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("CONTINUO_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path / "data"))
    for i in range(3):
        voices = tracks(i)
        write_composition(tmp_path / f"chorales/{'train' if i else 'valid'}/{i}.mid",
                          Composition(voices[0], tuple(voices[1:])))  # fmt: skip
    return tmp_path


@pytest.fixture(autouse=True)
def _folders(tmp_path):
    for name in ("train", "valid"):
        (tmp_path / "chorales" / name).mkdir(parents=True)


def continuo(*arguments: str):
    return CliRunner().invoke(main, list(arguments))


def test_a_folder_becomes_a_model_that_generates_by_its_name(home):
    data = str(home / "chorales")
    trained = continuo("train", data, "--name", "mine", "--epochs", "0.01", "--tries", "1")
    assert trained.exit_code == 0, trained.output
    assert "2 pieces to learn from" in trained.output
    again = continuo("train", data, "--name", "mine", "--epochs", "0.01")
    assert again.exit_code == 2
    assert "--resume" in again.output
    out = str(home / "out.mid")
    melody = str(home / "chorales/valid/0.mid")
    made = continuo("generate", melody, "--model", "mine", "--out", out)
    assert made.exit_code == 0, made.output
    assert [t.name for t in read_score(home / "out.mid").tracks] == ["S", "Alto", "Tenor", "Bass"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "--name", "x", "--epochs", "1"], "not a folder"),
        (["chorales", "--name", "a/b", "--epochs", "1"], "--name"),
        (["chorales", "--name", "x"], "--minutes or --epochs"),
        (["chorales", "--name", "x", "--epochs", "1", "--resume"], "no checkpoint"),
    ],
)
def test_what_cannot_be_trained_is_said_in_a_sentence(home, monkeypatch, arguments, said):
    monkeypatch.chdir(home)
    result = continuo("train", *arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output
