"""The generator in docs/your-own-generator.md, as a reader would make it."""

import json
import os
import re
import subprocess
import sys

from click.testing import CliRunner
from paths import ROOT

from bridge.cli import main
from models.formats.midi_read import read_score
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track

PAGE = ROOT / "docs" / "your-own-generator.md"
C_MAJOR = Clip(tuple(Note(i, 1, p) for i, p in enumerate((64, 62, 60, 62, 64, 65, 67, 71))))


def test_the_generator_of_the_page_is_picked_up_from_the_model_folder(tmp_path, monkeypatch):
    (source,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    script = tmp_path / "below.py"
    script.write_text(source, encoding="utf-8")
    folder = tmp_path / "models"
    environment = {**os.environ, "CONTINUO_MODELS": str(folder)}
    subprocess.run([sys.executable, script], env=environment, check=True)
    monkeypatch.setenv("CONTINUO_MODELS", str(folder))

    listed = json.loads(CliRunner().invoke(main, ["models", "--json"]).stdout)["models"]
    assert "below" in [m["name"] for m in listed if m["number"]]

    tune, out = tmp_path / "tune.mid", tmp_path / "out.mid"
    write_composition(tune, Composition(Track("tune", C_MAJOR)))
    args = ["generate", str(tune), "--model", "below", "--out", str(out)]
    assert CliRunner().invoke(main, args).exit_code == 0
    melody, below = read_score(out).tracks
    assert melody.clip.notes == C_MAJOR.notes
    assert [n.pitch for n in below.clip.notes] == [60, 59, 57, 59, 60, 62, 64, 67]

    assert CliRunner().invoke(main, [*args, "--set", "sixths=1"]).exit_code == 0
    sixths = [n.pitch for n in read_score(out).tracks[1].clip.notes]
    assert sixths == [55, 53, 52, 53, 55, 57, 59, 62]
