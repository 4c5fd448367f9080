"""`continuo train` from the command line: what it learns, resumes, refuses and exports."""

import signal
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from tiny_disk import tiny_disk
from toy_learner import ToyLearner
from training_folders import SMALL

from bridge.cli import main
from bridge.commands.train_messages import Stop
from models.artifact.manifest import read_manifest
from models.formats.midi_read import read_score
from models.training.checkpoint import CHECKPOINT, read_checkpoint

torch.set_num_threads(1)  # beside a busy core two threads wait for each other


def continuo(*arguments: str):
    return CliRunner().invoke(main, list(arguments))


def train(*arguments: str, name: str = "mine"):
    return continuo("train", "chorales", "--name", name, *arguments)


def train_toy(*arguments: str, name: str = "mine"):
    return train("--architecture", "toy", *arguments, name=name)


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
    begun = ["--no-log", "--seed", "3", "--option", "width=5"]
    begun += ["--validate-every", "5", "--patience", "9"]
    assert train_toy("--epochs", "1.5", *begun).exit_code == 0
    more = train("--epochs", "3", "--no-log", "--resume")
    assert more.exit_code == 0, more.output
    assert "going on from step 6" in more.output
    manifest = read_manifest(home / "models" / "mine.ts")
    assert manifest.architecture == manifest.style == "toy"
    assert manifest.training["seed"] == 3
    assert manifest.training["options"] == {"width": 5}
    assert manifest.training["command"] == (
        "continuo train chorales --name mine --architecture toy --epochs 3 --seed 3 "
        "--validate-every 5 --patience 9 --option width=5"
    )
    assert train_toy("--epochs", "3", *begun, name="whole").exit_code == 0
    one, two = (read_checkpoint(folder(home, n) / CHECKPOINT) for n in ("mine", "whole"))
    assert torch.equal(one["modules"]["two"]["weight"], two["modules"]["two"]["weight"])


def test_a_checkpoint_cut_short_is_told_and_the_one_before_it_goes_on(home):
    assert train_toy("--epochs", "1", "--no-log", "--validate-every", "1").exit_code == 0
    path = folder(home) / CHECKPOINT
    path.write_bytes(path.read_bytes()[:1000])
    more = train("--resume", "--no-log")
    assert more.exit_code == 0, more.output
    assert "the one before it" in more.output
    assert "step 3" in more.output


def test_the_best_so_far_can_be_exported_without_training_on(home):
    assert train_toy("--epochs", "1", "--no-log").exit_code == 0
    (home / "models" / "mine.ts").unlink()
    assert train("--export-only", "--title", "My own").exit_code == 0
    assert read_manifest(home / "models" / "mine.ts").title == "My own"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "--name", "x", "--epochs", "1"], "not a folder"),
        (["chorales", "--name", "a/b", "--epochs", "1"], "--name"),
        (["chorales", "--name", "x"], "--minutes or --epochs"),
        (["chorales", "--name", "bach", "--epochs", "1"], "or say --force"),
        (["chorales", "--name", "x", "--epochs", "1", "--resume"], "no checkpoint"),
        (["chorales", "--name", "x", "--export-only"], "no checkpoint"),
        (["chorales", "--name", "x", "--epochs", "1", "--architecture", "coral"], "mean chorale?"),
        (["chorales", "--name", "x", "--epochs", "1", "--option", "wdth=3"], "mean width"),
        (["chorales", "--name", "x", "--epochs", "1", "--option", "?"], "batch_size=32"),
        (["chorales", "--name", "x", "--epochs", "1", "--option", "width=2.5"], "whole number"),
        (["chorales", "--name", "x", "--epochs", "1", "--option", "crop_steps=800"], "200 beats"),
        (["chorales", "--name", "x", "--epochs", "1", "--option", "batch_size=0"], "at least 1"),
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
    assert train_toy("--epochs", "1", "--no-log").exit_code == 0
    result = train("--epochs", "2", "--resume", "--option", "width=24")
    assert result.exit_code == 2
    assert "another size" in result.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_saves_and_exports_what_there_is(home, monkeypatch, number):
    def step(self, random, progress):
        signal.raise_signal(number)
        return original(self, random, progress)

    original = ToyLearner.step
    monkeypatch.setattr(ToyLearner, "step", step)
    result = train_toy("--epochs", "1000")
    assert result.exit_code == 0, result.output
    assert "stopping after this step" in result.output
    assert (home / "models" / "mine.ts").exists()
    assert (folder(home) / CHECKPOINT).exists()


def test_a_model_of_a_few_steps_is_said_to_be_noise(home):
    assert "what it plays is noise" in train_toy("--epochs", "1", "--no-log").output


def test_ctrl_c_twice_stops_at_once():
    with Stop() as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


# TensorBoard's own thread tells of its fault as threads do.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("kilobytes", [4, 24, 64])
def test_a_disk_that_becomes_full_on_the_way_is_said_and_leaves_no_half_file(
    home, monkeypatch, kilobytes
):
    with tiny_disk(home / "disk", kilobytes) as disk:
        monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(disk.folder))
        monkeypatch.setenv("CONTINUO_MODELS", str(disk.folder / "models"))
        result = train_toy("--epochs", "2")
        assert result.exit_code in (0, 2), result.output
        assert "Traceback" not in result.output
        if result.exit_code:
            assert "o space left" in result.output
        assert not list(disk.folder.glob("models/*")) or result.exit_code == 0
        disk.make_room()


def test_a_disk_that_is_full_is_said_in_a_sentence(home, monkeypatch):
    def full(state, file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    result = train_toy("--epochs", "1", "--no-log")
    assert result.exit_code == 2
    assert "No space left" in result.output
