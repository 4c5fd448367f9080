"""Several processes that train one network: the same losses as one, and an end together."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from patience import PATIENCE_SECONDS
from training_folders import SMALL

from models.training.compute import Compute
from models.training.distributed import (
    agreed,
    choose_device,
    first_before_others,
    from_first,
    gathered,
    largest,
    mean,
    processes,
)
from models.training.errors import TrainingError

# Dropout would drop other cells in each process.
CALM = [
    *SMALL[1:],
    "--option=batch_size=4",
    "--option=dropout=0",
    "--option=input_dropout=0",
    "--option=plan_dropout=0",
    "--learning-rate=0.02",
]


def free_port() -> int:
    with socket.socket() as its:
        its.bind(("127.0.0.1", 0))
        return int(its.getsockname()[1])


def start(count: int, place: Path, *arguments: str) -> list[subprocess.Popen]:
    port = str(free_port())
    common = {
        "WORLD_SIZE": str(count),
        "LOCAL_WORLD_SIZE": str(count),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": port,
        "OMP_NUM_THREADS": "1",
        "XDG_DATA_HOME": str(place / "share"),
        "CONTINUO_MODELS": str(place / "made"),  # a folder models would hide the package
    }
    line = [sys.executable, "-c", "from bridge.cli import main; main()", "train", "chorales"]
    return [
        subprocess.Popen(
            [*line, *arguments],
            cwd=place,
            env={**os.environ, **common, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for rank in range(count)
    ]


def finish(processes: list[subprocess.Popen]) -> list[tuple[int, str]]:
    out = []
    try:
        for process in processes:
            said, _ = process.communicate(timeout=PATIENCE_SECONDS)
            out.append((process.returncode, said))
    finally:
        for process in processes:
            process.kill()
    return out


def losses(place: Path, name: str) -> list[tuple[float, float, float]]:
    text = (place / "share/continuo/training" / name / "metrics.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    return [(x["losses"]["notes"], x["losses"]["strikes"], x["valid"]["loss"]) for x in lines]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="data folders are set as on Linux")
def test_two_processes_learn_what_one_does_and_only_the_first_speaks(home):
    common = ["--epochs", "10", "--validate-every", "1", "--device", "cpu", *CALM]
    alone, *pair = (
        *finish(start(1, home, "--name", "alone", *common)),
        *finish(start(2, home, "--name", "pair", *common)),
    )
    assert [code for code, _ in (alone, *pair)] == [0, 0, 0], (alone, *pair)
    one, two = losses(home, "alone"), losses(home, "pair")
    assert len(one) == len(two) >= 5
    assert one[0][0] > one[-1][0] + 0.05  # it learns
    np.testing.assert_allclose(two, one, atol=1e-4)
    assert "2 processes" in pair[0][1]
    assert pair[1][1] == ""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="data folders are set as on Linux")
def test_when_one_process_is_asked_to_stop_all_stop_and_the_model_is_there(home):
    line = ["--name", "pair", "--minutes", "30", "--device", "cpu", "--no-log", *SMALL]
    pair = start(2, home, *line, "--validate-every", "1")
    assert pair[0].stdout is not None
    said = ""
    while not said.startswith("step") and pair[0].poll() is None:
        said = pair[0].stdout.readline()
    pair[1].terminate()
    assert [code for code, _ in finish(pair)] == [0, 0]
    assert (home / "made" / "pair.ts").exists()


def test_one_process_alone_agrees_with_itself():
    alone = Compute()
    assert largest(alone, [1.0, 2.0]) == mean(alone, [1.0, 2.0]) == [1.0, 2.0]
    assert from_first(alone, lambda: 3) == first_before_others(alone, lambda: 3) == 3
    assert gathered(alone, "a") == ["a"]
    agreed(alone, "a", "the same")


def test_without_torchrun_there_is_one_process_and_the_device_that_was_asked_for():
    with processes("cpu", {}) as compute:
        assert (compute.rank, compute.count, compute.device.type) == (0, 1, "cpu")
        assert not compute.mixed


def test_automatic_device_takes_gpus_only_if_each_process_has_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "set_device", lambda number: None)
    assert choose_device("auto").type == "cuda"
    assert choose_device("auto", 1, count=2).type == "cpu"
    with pytest.raises(TrainingError, match="1 GPUs here for 2 processes"):
        choose_device("cuda", 1, count=2)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_shares_of_a_batch_are_the_batch(count):
    parts = [range(10)[Compute(rank=r, count=count).share(10)] for r in range(count)]
    assert [i for part in parts for i in part] == list(range(10))
