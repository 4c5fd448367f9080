"""`continuo train` from the command line: what it learns, resumes, refuses and exports."""

import json
import signal
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from bridge.cli import main
from bridge.commands.train_words import Stop
from models.clip import Clip, Composition, Note, Track
from models.manifest import read_manifest
from models.midifile import read_score, write_composition

torch.set_num_threads(1)  # beside a busy core two threads wait for each other
VOICES = (("S", 60, 75), ("A", 55, 70), ("T", 48, 65), ("B", 40, 58))
SMALL = [
    f"--option={o}"
    for o in (
        "batch_size=2",
        "melody-width=8",
        "width=16",
        "head_width=16",
        "pitch_width=4",
        "tries=1",
    )
]


def tracks(seed: int, beats: int = 36) -> list[Track]:
    random = np.random.default_rng(seed)
    return [
        Track(name, Clip(tuple(Note(b, 1, int(random.integers(low, high))) for b in range(beats))))
        for name, low, high in VOICES
    ]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CONTINUO_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    for i in range(3):
        voices = tracks(i)
        folder = tmp_path / "chorales" / ("train" if i else "valid")
        folder.mkdir(parents=True, exist_ok=True)
        write_composition(folder / f"{i}.mid", Composition(voices[0], tuple(voices[1:])))
    return tmp_path


def continuo(*arguments: str):
    return CliRunner().invoke(main, list(arguments))


def train(*arguments: str, name: str = "mine"):
    return continuo("train", "chorales", "--name", name, *arguments)


def folder(home, name: str = "mine") -> Path:
    return home / "data" / "training" / name


def test_a_folder_becomes_a_model_that_generates_by_its_name(home):
    trained = train("--epochs", "1.3", "--licence", "CC0", *SMALL)
    assert trained.exit_code == 0, trained.output
    assert "2 pieces to learn from" in trained.output
    again = train("--epochs", "1")
    assert again.exit_code == 2
    assert "--resume" in again.output
    out = str(home / "out.mid")
    made = continuo("generate", "chorales/valid/0.mid", "--model", "mine", "--out", out)
    assert made.exit_code == 0, made.output
    assert [t.name for t in read_score(home / "out.mid").tracks] == ["S", "Alto", "Tenor", "Bass"]
    manifest = read_manifest(home / "models" / "mine.ts")
    assert manifest.training["pieces"] == 2
    assert manifest.training["licence"] == manifest.licence == "CC0"
    assert manifest.training["options"]["batch_size"] == 2
    assert manifest.training["seconds"] >= 0
    assert "core" in manifest.training["hardware"]
    assert manifest.evaluation["valid_loss"] > 0
    assert 0 <= manifest.evaluation["empty_bar_rate"] <= 1


def test_a_training_goes_on_with_what_it_was_begun_with(home):
    assert train("--epochs", "0.6", "--no-log", "--seed", "3", *SMALL).exit_code == 0
    more = train("--epochs", "1.3", "--no-log", "--resume")
    assert more.exit_code == 0, more.output
    assert "going on from step 1" in more.output
    manifest = read_manifest(home / "models" / "mine.ts")
    assert manifest.training["seed"] == 3
    assert manifest.training["options"]["width"] == 16
    whole = train("--epochs", "1.3", "--no-log", "--seed", "3", *SMALL, name="whole")
    assert whole.exit_code == 0
    assert read_manifest(home / "models" / "whole.ts").sha256 == manifest.sha256


def test_a_checkpoint_cut_short_is_told_and_the_one_before_it_goes_on(home):
    assert train("--epochs", "1.3", "--no-log", "--validate-every", "1", *SMALL).exit_code == 0
    path = folder(home) / "checkpoint.pt"
    path.write_bytes(path.read_bytes()[:1000])
    more = train("--resume", "--no-log")
    assert more.exit_code == 0, more.output
    assert "the one before it" in more.output


def test_the_best_so_far_can_be_exported_without_training_on(home):
    assert train("--epochs", "0.6", "--no-log", *SMALL).exit_code == 0
    (home / "models" / "mine.ts").unlink()
    assert train("--export-only").exit_code == 0
    assert (home / "models" / "mine.ts").exists()


def test_a_log_says_all_numbers_and_keeps_samples(home):
    assert train("--epochs", "1.3", "--validate-every", "1", *SMALL).exit_code == 0
    text = (folder(home) / "metrics.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["step"] for line in lines] == list(range(1, len(lines) + 1))
    assert set(lines[0]["losses"]) == {"notes", "strikes"}
    assert lines[0]["rates"]["net"] > 0
    assert "empty_bar_rate" in lines[-1]["figures"]
    assert "empty_bar_rate" in lines[-1]["training_figures"]
    assert list((folder(home) / "samples").glob(f"step-{len(lines):06d}-*.mid"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "--name", "x", "--epochs", "1"], "not a folder"),
        (["chorales", "--name", "a/b", "--epochs", "1"], "--name"),
        (["chorales", "--name", "x"], "--minutes or --epochs"),
        (["chorales", "--name", "x", "--epochs", "1", "--resume"], "no checkpoint"),
        (["chorales", "--name", "x", "--export-only"], "no checkpoint"),
        (["chorales", "--name", "x", "--epochs", "1", "--architecture", "coral"], "mean chorale?"),
        (["chorales", "--name", "x", "--epochs", "1", "--option", "wdth=3"], "mean width"),
        (["chorales", "--name", "x", "--epochs", "1", "--option", "width"], "name=0.5"),
        (["chorales", "--name", "x", "--epochs", "1", "--option", "width=2.5"], "whole number"),
        (["chorales", "--name", "x", "--epochs", "1", "--option", "crop_steps=800"], "200 beats"),
        (["chorales", "--name", "x", "--epochs", "1", "--option", "tries=0"], "at least 1"),
        (["chorales", "--name", "x", "--epochs", "1", "--device", "cuda"], "GPU"),
    ],
)
def test_what_cannot_be_trained_is_said_in_a_sentence(home, arguments, said):
    if "cuda" in arguments and torch.cuda.is_available():
        pytest.skip("there is a GPU")
    result = continuo("train", *arguments)
    assert result.exit_code == 2, result.output
    assert said in result.output
    assert "Traceback" not in result.output


def test_another_size_of_network_cannot_be_resumed(home):
    assert train("--epochs", "0.6", "--no-log", *SMALL).exit_code == 0
    result = train("--epochs", "2", "--resume", "--option", "width=24")
    assert result.exit_code == 2
    assert "another size" in result.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_saves_and_exports_what_there_is(home, monkeypatch, number):
    def step(self, random, progress):
        signal.raise_signal(number)
        return original(self, random, progress)

    from models.chorale.learner import ChoraleLearner

    original = ChoraleLearner.step
    monkeypatch.setattr(ChoraleLearner, "step", step)
    result = train("--epochs", "1000", *SMALL)
    assert result.exit_code == 0, result.output
    assert "stopping after this step" in result.output
    assert (home / "models" / "mine.ts").exists()
    assert (folder(home) / "checkpoint.pt").exists()


def test_ctrl_c_twice_stops_at_once():
    with Stop() as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_a_disk_that_is_full_is_said_in_a_sentence(home, monkeypatch):
    def full(state, file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    result = train("--epochs", "1", "--no-log", *SMALL)
    assert result.exit_code == 2
    assert "No space left" in result.output
