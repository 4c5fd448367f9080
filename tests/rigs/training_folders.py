"""Small chorales in a folder, and a home for what is trained on them."""

import numpy as np
import pytest

from models.artifact.manifest import ACCOMPANY
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track
from models.training.architecture import Architecture
from models.training.architectures import ARCHITECTURES

VOICES = (("S", 60, 75), ("A", 55, 70), ("T", 48, 65), ("B", 40, 58))


SIZES = ("batch_size=2", "melody-width=8", "width=16", "head_width=16")


SMALL = [f"--option={size}" for size in SIZES]


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
    toy = Architecture(
        name="toy",
        technique=ACCOMPANY,
        make="toy_learner:make",
        plans=("toy_learner:ToyPlan",),
        description="Echoes.",
        style="toy",
    )
    monkeypatch.setitem(ARCHITECTURES, "toy", toy)
    monkeypatch.chdir(tmp_path)
    for i in range(3):
        voices = tracks(i)
        folder = tmp_path / "chorales" / ("train" if i else "valid")
        folder.mkdir(parents=True, exist_ok=True)
        write_composition(folder / f"{i}.mid", Composition(voices[0], tuple(voices[1:])))
    return tmp_path
