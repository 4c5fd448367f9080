"""`continuo generate` with models that edit and extend, and with chains of models."""

import json
from pathlib import Path

import mido
import pytest
import torch
import toy_generators
from click.testing import CliRunner

from bridge.cli import main
from bridge.commands.progress import ProgressReporter
from models.artifact.manifest import Manifest
from models.artifact.torchscript import save
from models.formats.midi_read import read_score
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap
from models.networks.arcnn.controls import CONTROLS as EDIT_CONTROLS
from models.networks.arcnn.generator import ArCnnGenerator
from models.networks.arcnn.net import ArCnn, ArCnnConfig
from models.networks.transformer.controls import CONTROLS as EXTEND_CONTROLS
from models.networks.transformer.generator import ExtendGenerator
from models.networks.transformer.net import Melodist, TransformerConfig

TUNE = Clip(tuple(Note(b + 1 / 480, 0.9, 60 + b % 5, 90 - b) for b in range(12)), 12.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    save(toy_generators.Toy(), toy_generators.MANIFEST, folder / "toy.ts")
    editor = ArCnnGenerator(ArCnn(ArCnnConfig(8))).eval()
    save(editor, Manifest("mend", "Mend", "edit", controls=EDIT_CONTROLS), folder / "mend.ts")
    extender = ExtendGenerator(Melodist(TransformerConfig(16, 1, 2))).eval()
    manifest = Manifest("more", "More", "extend", controls=EXTEND_CONTROLS)
    save(extender, manifest, folder / "more.ts")
    return folder


@pytest.fixture
def continuo(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("CONTINUO_MODELS", str(folder))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    write_composition(
        tmp_path / "tune.mid",
        Composition(Track("tune", TUNE), meter=MeterMap.constant(Meter(3, 4))),
    )

    def run(*args):
        return CliRunner().invoke(main, ["generate", "tune.mid", *[str(a) for a in args]])

    return run


def melody(path):
    return read_score(Path(path)).tracks[0].clip


def test_a_melody_is_extended_by_bars_of_its_own_meter(continuo):
    done = continuo("--model", "more", "--bars", 2, "--out", "new.mid", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["files"][0]["bars"] == 6
    new = melody("new.mid")
    assert new.notes[:12] == melody("tune.mid").notes
    assert new.notes[12].start >= 12.0
    assert new.end <= 18.0
    ends = [sum(m.time for m in track) for track in mido.MidiFile("new.mid").tracks]
    assert max(ends) == 18 * mido.MidiFile("new.mid").ticks_per_beat


def test_a_hole_is_filled(continuo):
    done = continuo("--model", "more", "--begin", 3, "--end", 6, "--out", "new.mid")
    assert done.exit_code == 0, done.output
    old = [n for n in melody("tune.mid").notes if not 3 <= n.start < 6]
    new = melody("new.mid").notes
    assert [n for n in new if not 3 <= n.start < 6] == old
    assert len(new) > len(old)


@pytest.mark.parametrize("chain", [["toy"], ["mend", "toy", "more"]])
def test_how_far_a_long_file_is_is_shown_to_who_watches(continuo, tmp_path, monkeypatch, chain):
    shares = []
    monkeypatch.setattr(ProgressReporter, "share", lambda self, name, s: shares.append((name, s)))
    notes = tuple(Note(float(b), 0.9, 60 + b % 5) for b in range(300))
    piece = Composition(Track("tune", Clip(notes, 300.0)), meter=MeterMap.constant(Meter(3, 4)))
    write_composition(tmp_path / "tune.mid", piece)
    then = [word for model in chain[1:] for word in ("--then", model)]
    assert continuo("--model", chain[0], *then, "--out", "new.mid").exit_code == 0
    assert {name for name, _ in shares} == {"tune.mid"}
    told = [share for _, share in shares]
    assert told == sorted(told)
    assert len(set(told)) > 1
    assert told[-1] > 0.6


@pytest.mark.parametrize("model", ["more", "mend", "toy"])
def test_what_went_and_what_came_is_said_of_each_model(continuo, model):
    done = continuo("--model", model, "--begin", 3, "--end", 6, "--out", "new.mid", "--json")
    (said,) = json.loads(done.stdout)["files"][0]["changes"]
    tracks = read_score(Path("new.mid")).tracks
    before, after = set(melody("tune.mid").notes), {n for t in tracks for n in t.clip.notes}
    if model == "toy":
        after -= before
        before = set()
    removed, added = len(before - after), len(after - before)
    assert said == {"model": model, "removed": removed, "added": added}
    assert added or model == "mend"
    done = continuo("--model", model, "--begin", 3, "--end", 6, "--out", "new.mid")
    words = "notes by" if model == "toy" else f"{removed} notes removed and {added} added by"
    assert words in done.output


def test_the_bars_that_are_told_are_those_of_the_result(continuo):
    chain = ("--model", "mend", "--then", "toy", "--then", "more", "--bars", 4, "--out", "new.mid")
    done = continuo(*chain, "--json")
    assert json.loads(done.stdout)["files"][0]["bars"] == 8
    assert "new.mid: 8 bars," in continuo(*chain).output
    assert "new.mid: 4 bars," in continuo("--begin", 3, "--end", 6, "--out", "new.mid").output


def test_a_melody_goes_on_where_it_has_ended_though_other_tracks_go_on(continuo, tmp_path):
    chords = Track("Chords", Clip((Note(0, 3, 48), Note(18, 3, 50)), 21.0), "chords", channel=2)
    late = Clip((*TUNE.notes[:-1], Note(11.0, 1.05, 62)), 12.0)
    piece = Composition(Track("tune", late), (chords,), meter=MeterMap.constant(Meter(3, 4)))
    write_composition(tmp_path / "tune.mid", piece)
    assert continuo("--model", "more", "--bars", 2, "--out", "new.mid").exit_code == 0
    new = [n for n in melody("new.mid").notes if n.start >= 11.5]
    assert new
    assert all(12 <= n.start < 18 for n in new)


def test_the_stages_of_an_edit_are_written(continuo):
    done = continuo("--model", "mend", "--steps", 3, "--out", "new.mid", "--json")
    assert done.exit_code == 0, done.output
    steps = json.loads(done.stdout)["files"][0]["steps"]
    assert [Path(s).name for s in steps] == [f"new-step-{k}.mid" for k in (1, 2, 3)]
    assert melody(steps[-1]) == melody("new.mid")


def test_an_edit_without_leave_to_change_anything_gives_the_melody_back_to_the_tick(continuo):
    continuo("--model", "mend", "--set", "extent=0", "--out", "new.mid")
    assert melody("new.mid") == melody("tune.mid")


def test_edit_accompany_and_extend_go_in_one_take(continuo):
    done = continuo(
        "--model", "mend", "--then", "toy", "--then", "more", "--bars", 4,
        "--set", "extent=0", "--out", "new.mid", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["model"] == "mend+toy+more"
    assert said["files"][0]["notes"]["melody"] > 12
    assert len(said["files"][0]["notes"]) == 1 + len(toy_generators.MANIFEST.tracks)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--model", "mend", "--bars", 4), "--bars says how far a model extends"),
        (("--model", "more", "--bars", 4, "--end", 20), "give --end or --bars, not both"),
        (("--model", "mend", "--then", "nobody"), "no model 'nobody'"),
        (("--model", "mend", "--then", "more", "--set", "zeal=1"), "no control 'zeal' in mend"),
        (("--model", "mend", "--set", "remove=200"), "remove must be in 0..100, got 200"),
        (("--model", "more", "--begin", 8, "--end", 8), "--end 8 must be later than --begin 8"),
    ],
)
def test_bad_options_are_answered_in_a_sentence(continuo, options, said):
    done = continuo(*options, "--out", "new.mid")
    assert done.exit_code == 2
    assert said in done.output
    assert not Path("new.mid").exists()
