import json
import math
import stat
import threading
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import torch
import toy_generators

from models.artifact.generator import GeneratorError, UnansweredError, rows_from_clips
from models.artifact.manifest import ArtifactError, read_manifest
from models.artifact.torchscript import load, save

CONTROLS = {"depth": 12.0, "beats_per_bar": 4.0, "bpm": 100.0}
MELODY = rows_from_clips([(0, toy_generators.melody(0, 1, 2, 3))])


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "toy.ts"
    save(toy_generators.Toy(), toy_generators.MANIFEST, path)
    return path


def rewritten(path, target, old, new):
    """Copy an archive with one text changed in its manifest."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as out:
        for item in source.infolist():
            content = source.read(item)
            if item.filename.endswith("continuo.json"):
                assert old in content
                content = content.replace(old, new)
            out.writestr(item.filename, content)
    return target


def test_what_was_saved_plays_again(path):
    generator = load(path)
    answer = generator.generate(MELODY, 1.0, 3.0, CONTROLS, seed=5)
    assert answer.dtype == np.float32
    assert answer[:, 1:].tolist() == [[1, 1, 49, 80], [2, 1, 50, 80]]


class TestPlan:
    """The chords that were planned for an answer are told; they are not planned again."""

    C, G = 0, 7

    @pytest.fixture
    def planning(self, tmp_path):
        save(toy_generators.Planning(), toy_generators.MANIFEST, tmp_path / "planning.ts")
        return load(tmp_path / "planning.ts")

    def root(self, generator, seed, begin=0.0, melody=MELODY):
        return generator.plan(melody, begin, 4.0, CONTROLS, seed)[0, 2]

    def test_the_plan_of_an_answer_is_the_one_it_was_made_with(self, planning):
        planning.generate(MELODY, 0.0, 4.0, CONTROLS, seed=5)
        assert self.root(planning, 5) == self.G
        assert self.root(planning, 5) == self.G, "it can be asked for again"

    def test_another_call_has_a_plan_of_its_own(self, planning):
        planning.generate(MELODY, 0.0, 4.0, CONTROLS, seed=5)
        assert self.root(planning, 6) == self.C
        assert self.root(planning, 5, begin=1.0) == self.C
        assert self.root(planning, 5, melody=MELODY[1:]) == self.C

    def test_the_six_ways_to_fill_a_hole_are_kept_and_an_hour_of_playing_is_not(self, planning):
        for seed in range(100):
            planning.generate(MELODY, 0.0, 4.0, CONTROLS, seed)
        assert all(self.root(planning, seed) == self.G for seed in range(94, 100))
        assert self.root(planning, 0) == self.C

    def test_who_changes_what_was_told_changes_it_for_nobody_else(self, planning):
        planning.generate(MELODY, 0.0, 4.0, CONTROLS, seed=5)
        planning.plan(MELODY, 0.0, 4.0, CONTROLS, 5)[:] = 0
        assert self.root(planning, 5) == self.G


def test_a_plan_that_cannot_be_read_costs_no_note_and_is_said_once(tmp_path):
    save(toy_generators.PlanningBadly(), toy_generators.MANIFEST, tmp_path / "toy.ts")
    generator = load(tmp_path / "toy.ts")
    assert len(generator.generate(MELODY, 0.0, 4.0, CONTROLS, seed=5)) == 0
    with pytest.raises(GeneratorError) as said:
        generator.plan(MELODY, 0.0, 4.0, CONTROLS, seed=5)
    assert str(said.value) == "toy must plan rows of 7 numbers"


def test_the_manifest_says_what_save_found_out(path):
    manifest = read_manifest(path)
    assert (manifest.parameters, manifest.torch) == (0, str(torch.__version__))
    assert len(manifest.sha256) == 64
    kept = replace(manifest, torch="", sha256="")
    assert kept == toy_generators.MANIFEST


def test_weights_are_counted_and_the_module_in_training_stays_in_training(tmp_path):
    module = toy_generators.Fixed([1.0, 0.0, 1.0, 60.0, 80.0]).train()
    assert save(module, toy_generators.MANIFEST, tmp_path / "a.ts").parameters == 5
    assert module.training


def test_the_same_seed_gives_the_same_notes_and_another_gives_others(path):
    generator = load(path)
    answers = [generator.generate(MELODY, 0.0, 4.0, CONTROLS, seed) for seed in (1, 1, 2, 3, 4)]
    assert np.array_equal(answers[0], answers[1])
    assert any(not np.array_equal(answers[0], other) for other in answers[2:])


def test_an_artifact_is_written_whole_for_all_to_read_and_leaves_nothing_behind(path):
    assert [p.name for p in path.parent.iterdir()] == ["toy.ts"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_refused_artifact_does_not_replace_the_one_before(path, tmp_path):
    target = tmp_path / "toy.ts"
    target.write_bytes(path.read_bytes())
    with pytest.raises(ArtifactError):
        save(toy_generators.Refusing(), toy_generators.MANIFEST, target)
    assert target.read_bytes() == path.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["toy.ts"]


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (toy_generators.Fixed([1.0, math.nan, 1.0, 60.0, 80.0]), "no number"),
        (toy_generators.Fixed([1.0, 0.0, 1.0, 200.0, 80.0]), r"pitch 0..127, got 200"),
        (toy_generators.Fixed([3.0, 0.0, 1.0, 60.0, 80.0]), r"track 1..2, got 3"),
        (toy_generators.Fixed([1.0, 0.0, 1.0, 60.0, 80.0], torch.float64), "float32, got float64"),
        (toy_generators.Fixed([1.0, 0.0, 1.0, 60.0]), "rows of 5 numbers"),
        (toy_generators.Refusing(), "toy failed while generating: .*out of ideas"),
        (toy_generators.Forgetful(), "answers differently to the same notes and seed"),
        (toy_generators.OtherShape(), r"forward must be .* got \(Tensor\) -> Tensor"),
    ],
    ids=["NaN", "pitch", "track", "dtype", "shape", "raises", "seed", "signature"],
)
def test_a_bad_generator_is_refused_on_saving_and_on_loading(tmp_path, module, said):
    path = tmp_path / "toy.ts"
    with pytest.raises(ArtifactError, match=said):
        save(module, toy_generators.MANIFEST, path)
    assert not path.exists()
    save(module, toy_generators.MANIFEST, path, check=False)
    with pytest.raises(ArtifactError, match=said):
        load(path)


def test_a_generator_that_needs_too_much_of_the_processor_is_refused(path, monkeypatch):
    clock = iter(range(0, 1000, 60))
    monkeypatch.setattr("models.artifact.torchscript.thread_time", lambda: next(clock))
    with pytest.raises(ArtifactError, match=r"too slow: .* 60 s of the processor's time"):
        load(path)


def test_a_generator_that_never_answers_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("models.artifact.torchscript.PROBE_LIMIT_SECONDS", 0.1)
    monkeypatch.setattr("models.artifact.torchscript.ANSWER_LIMIT_SECONDS", 0.1)
    monkeypatch.setattr("models.artifact.torchscript.ANSWER_LIMIT_SECONDS_A_BEAT", 0.0)
    save(toy_generators.Endless(), toy_generators.MANIFEST, tmp_path / "toy.ts", check=False)
    with pytest.raises(UnansweredError, match="toy does not answer"):
        load(tmp_path / "toy.ts")
    with pytest.raises(UnansweredError, match="toy does not answer"):
        load(tmp_path / "toy.ts", probe=False).generate(MELODY, 0.0, 4.0, {"depth": 1.0}, 1)
    for thread in threading.enumerate():  # what was given up goes on: other tests want the machine
        if thread.name == "model":
            thread.join()


def test_a_failure_in_the_middle_of_music_is_a_sentence(tmp_path):
    save(toy_generators.Refusing(), toy_generators.MANIFEST, tmp_path / "toy.ts", check=False)
    generator = load(tmp_path / "toy.ts", probe=False)
    with pytest.raises(GeneratorError, match=r"toy failed while generating: .*out of ideas$"):
        generator.generate(MELODY, 0.0, 4.0, CONTROLS, seed=1)


def test_a_missing_control_is_a_failure_not_a_crash(path):
    with pytest.raises(GeneratorError, match="depth"):
        load(path, probe=False).generate(MELODY, 0.0, 4.0, {}, seed=1)


def test_a_wrong_format_number_is_refused_before_any_code_runs(path, tmp_path, monkeypatch):
    other = rewritten(path, tmp_path / "toy.ts", b'"format": 1', b'"format": 9')
    monkeypatch.setattr("torch.jit.load", lambda *a, **k: pytest.fail("TorchScript was touched"))
    with pytest.raises(ArtifactError, match="format must be 1, got 9"):
        load(other)


def test_weights_that_are_not_the_manifest_s_are_refused(path, tmp_path):
    digest = read_manifest(path).sha256.encode()
    other = rewritten(path, tmp_path / "toy.ts", digest, b"0" * 64)
    with pytest.raises(ArtifactError, match="weights"):
        load(other)


def test_an_archive_of_a_newer_torch_that_does_not_load_asks_for_an_update(tmp_path):
    path = tmp_path / "toy.ts"
    manifest = replace(toy_generators.MANIFEST, torch="99.1.0", sha256="0" * 64)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("toy/extra/continuo.json", json.dumps(manifest.to_dict()))
    with pytest.raises(ArtifactError, match=r"torch cannot load it .*99.1.0.*update torch"):
        load(path)


def test_a_module_that_cannot_be_scripted_is_said_so(tmp_path):
    class Unscriptable(torch.nn.Module):
        def forward(self, notes):
            yield notes

    with pytest.raises(ArtifactError, match=r"toy\.ts cannot be scripted"):
        save(Unscriptable(), toy_generators.MANIFEST, tmp_path / "toy.ts")


@pytest.mark.parametrize("step", ["replace", "open"])
def test_a_disk_that_takes_no_more_is_said_so_and_keeps_nothing_half_written(
    tmp_path, monkeypatch, step
):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"pathlib.Path.{step}", refuse)
    with pytest.raises(ArtifactError, match=r"cannot write .*toy.ts: No space left"):
        save(toy_generators.Toy(), toy_generators.MANIFEST, tmp_path / "toy.ts")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ArtifactError, match="cannot write"):
        save(toy_generators.Toy(), toy_generators.MANIFEST, tmp_path / "file" / "toy.ts")
