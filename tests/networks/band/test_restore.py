"""A band made anew from its own archive: what it learnt stays, how it plays is today's code."""

import numpy as np
import pytest
import torch

from models.artifact.catalogue import find
from models.artifact.generator import MELODY, resolve_controls, rows_from_clips
from models.artifact.torchscript import load, save
from models.music.clip import Clip, Note
from models.networks.band.bars import FLAGS, LEADS, TRACK
from models.networks.band.parts import bass_of
from models.networks.band.restore import restored

TUNE = Clip(tuple(Note(float(i), 1.0, 60 + p) for i, p in enumerate((0, 4, 7, 5, 4, 2, 0, 0))), 8.0)
SHIPPED = ("folk-band", "jazz-combo", "orchestra", "pop-band", "rock-band", "song-piano")


def played(band):
    rows = rows_from_clips([(MELODY, TUNE)])
    controls = resolve_controls(band.manifest, {}, beats_per_bar=4.0, bpm=100.0)
    return band.generate(rows, 0.0, 8.0, controls, 3)


def anew(name, plan_of=None):
    band = load(find(name).path, probe=False)
    options = band.manifest.training["options"]
    plan = load(find(plan_of).path, probe=False).tensors() if plan_of else None
    return band, restored(band.tensors(), band.manifest.tracks, options, plan)


@pytest.fixture(scope="module")
def pop():
    return anew("pop-band")


def test_a_band_made_anew_by_the_same_code_plays_the_same(pop, tmp_path):
    band, module = pop
    save(module, band.manifest, tmp_path / "pop.ts")
    again = load(tmp_path / "pop.ts", probe=False)
    assert again.manifest.sha256 == band.manifest.sha256
    assert np.array_equal(played(again), played(band))


@pytest.mark.parametrize("name", SHIPPED)
def test_each_band_that_ships_leads_its_bass_by_the_rule_that_there_is(name):
    band, module = anew(name)
    ours, shipped = (t["performer.notes"] for t in (module.state_dict(), band.tensors()))
    assert torch.equal(ours, shipped)
    bass = shipped[shipped[:, TRACK] == bass_of(band.manifest.tracks)]
    assert ((bass[:, FLAGS] & LEADS) != 0).any()


def test_a_band_may_get_the_plan_of_another(pop, tmp_path):
    band, _ = pop
    _, module = anew("pop-band", plan_of="folk-band")
    save(module, band.manifest, tmp_path / "pop.ts")
    again = load(tmp_path / "pop.ts", probe=False)
    ours, theirs = again.tensors(), load(find("folk-band").path, probe=False).tensors()
    planner = [n for n in ours if n.startswith("harmony.")]
    assert planner
    assert all(torch.equal(ours[n], theirs[n]) for n in planner)
    assert len(played(again))


def test_what_is_no_band_is_said():
    bach = load(find("bach").path, probe=False)
    with pytest.raises(ValueError, match="not the tensors of a band"):
        restored(bach.tensors(), bach.manifest.tracks, {})
