"""The four-part accompanist in training: its rates, its running mean, its shares of a batch."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from training_folders import tracks

from models.artifact.manifest import TrackSpec
from models.data.piece import Corpus, Piece
from models.music.clip import Composition
from models.networks.chorale.batches import losses, random_batch
from models.networks.chorale.learner import ChoraleLearner, ChoralePlan, make, part, shares_of
from models.training.compute import Compute

torch.set_num_threads(1)
OPTIONS = {"batch_size": 4, "melody_width": 8, "width": 16, "head_width": 16}
ROLES = ("alto", "tenor", "bass")
META = tuple(TrackSpec(role.title(), role, channel=i) for i, role in enumerate(ROLES, 1))


def piece(seed: int, beats: int = 36) -> Piece:
    melody, *others = tracks(seed, beats)
    voices = tuple(replace(t, role=r) for t, r in zip(others, ROLES, strict=True))
    return Piece(str(seed), Composition(melody, voices))


def corpus(beats: int = 36) -> Corpus:
    return Corpus(META, (piece(1, beats), piece(2, beats)), (piece(3, beats),))


@pytest.fixture
def learner() -> ChoraleLearner:
    torch.manual_seed(0)
    return make(corpus(), Compute(), OPTIONS)


def test_the_rate_warms_up_and_falls_to_almost_nothing(learner):
    plan, rates = learner.plan, []
    for progress in (0.0, plan.warmup, 1.0):
        learner.begin_step(progress)
        rates.append(learner.optimiser.param_groups[0]["lr"])
    assert rates[0] < rates[1] == plan.learning_rate
    assert rates[2] == pytest.approx(plan.learning_rate / 100)


def test_it_learns_and_its_running_mean_follows(learner):
    random = np.random.default_rng(0)
    before = learner.validate()
    said = [learner.step(random, 0.1 + 0.05 * i) for i in range(8)]
    after = learner.validate()
    assert said[-1]["notes"] < said[0]["notes"]
    assert after["loss"] < before["loss"]


def test_it_learns_in_mixed_precision_nearly_the_same():
    said = []
    for mixed in (False, True):
        torch.manual_seed(0)
        its = make(
            corpus(), Compute(mixed=mixed), {**OPTIONS, "dropout": 0.0, "input_dropout": 0.0}
        )
        said.append([its.step(np.random.default_rng(0), 0.1)["notes"] for _ in range(2)])
    np.testing.assert_allclose(said[0], said[1], rtol=0.02)
    assert said[0] != said[1]
    assert all(p.dtype == torch.float32 for p in its.net.parameters())


def test_a_step_that_goes_wrong_changes_no_weights(learner):
    before = [p.detach().clone() for p in learner.net.parameters()]
    with torch.no_grad():
        learner.net.first.fill_(float("nan"))
    said = learner.step(np.random.default_rng(0), 0.5)
    assert np.isnan(said["notes"])
    after = [p for n, p in learner.net.named_parameters() if n != "first"]
    kept = [p for p, (n, _) in zip(before, learner.net.named_parameters(), strict=True)
            if n != "first"]  # fmt: skip
    assert all(torch.equal(a, b) for a, b in zip(after, kept, strict=True))


@pytest.mark.parametrize("count", [2, 3])
def test_the_shares_of_several_processes_add_up_to_the_batch(learner, count):
    learner.net.eval()
    batch = random_batch(learner.train, np.random.default_rng(0), 7, 128)
    # unequal: some notes are not to be scored
    batch.targets[0, :100] = -100
    whole = losses(learner.net, batch)
    parts = [part(batch, Compute(rank=r, count=count).share(7)) for r in range(count)]
    sums = np.zeros(2)
    for own in parts:
        weights = shares_of(batch, own, count)
        sums += [
            float(v.detach()) * w for v, w in zip(losses(learner.net, own), weights, strict=True)
        ]
    np.testing.assert_allclose(sums / count, [float(v.detach()) for v in whole], rtol=1e-5)


def test_samples_are_the_validation_melodies_with_three_voices(learner):
    (made,) = learner.sample(3)
    assert made.melody.clip.notes == corpus().valid[0].composition.melody.clip.notes[:32]
    assert [t.role for t in made.accompaniment] == list(ROLES)
    assert all(t.clip.notes for t in made.accompaniment)
    assert learner.sample(1)[0].accompaniment == made.accompaniment


def test_the_instrument_is_made_of_the_running_mean_and_leaves_it_alone(learner):
    before = learner.mean_net.first.detach().clone()
    learner.instrument()
    assert learner.mean_net.first is not None
    assert torch.equal(learner.mean_net.first, before)


def test_pieces_too_short_or_not_of_four_parts_are_refused():
    with pytest.raises(ValueError, match="32 beats long"):
        make(corpus(beats=10), Compute(), OPTIONS)
    with pytest.raises(ValueError, match="crop"):
        ChoralePlan(crop_steps=0)
    drums = Corpus((TrackSpec("Drums", "drums"),), (piece(1),), (piece(2),))
    with pytest.raises(ValueError, match=r"needs four-part pieces.*Drums"):
        make(drums, Compute(), OPTIONS)
