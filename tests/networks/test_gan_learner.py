"""Both adversaries in training, in tiny."""

import numpy as np
import pytest
import torch
from gan_samples import MAKERS, PIANO, SMALL, corpus, learner, song_with_piano

from models.networks.gan.fake_sampler import hidden, shown
from models.networks.gan.layout import layout_of
from models.networks.gan.learner import make_unet
from models.training.compute import Compute

torch.set_num_threads(1)  # beside a busy core two threads wait for each other


class TestLearner:
    @pytest.mark.parametrize("architecture", list(MAKERS))
    def test_a_few_steps_lower_the_loss_of_pieces_it_does_not_learn_from(self, architecture):
        taught = learner(architecture, averaging=0.5, adversarial=0.001)
        random = np.random.default_rng(0)
        before = taught.validate()["loss"]
        for i in range(25):
            said = taught.step(random, i / 25)
        assert set(said) >= {"critic", "gradient_penalty", "generator", "reconstruction"}
        assert taught.validate()["loss"] < before - 0.3

    def test_without_likelihood_it_is_the_plain_game_and_the_generator_still_learns(self):
        taught = learner(reconstruction=0, adversarial=1, critic_steps=1)
        before = [p.clone() for p in taught.generator.parameters()]
        said = taught.step(np.random.default_rng(0), 0.5)
        assert "reconstruction" not in said
        moved = zip(before, taught.generator.parameters(), strict=True)
        assert sum(not torch.equal(a, b) for a, b in moved) > 10

    def test_a_resumed_training_goes_on_bit_for_bit(self):
        def run(taught, random, begin, end):
            for i in range(begin, end):
                taught.step(random, i / 4)

        whole, random = learner(), np.random.default_rng(0)
        run(whole, random, 0, 4)
        first, random = learner(), np.random.default_rng(0)
        run(first, random, 0, 2)
        states = {n: m.state_dict() for n, m in first.modules.items()}
        optimisers = {n: o.state_dict() for n, o in first.optimisers.items()}
        here = torch.get_rng_state()
        again = learner(seed=9)
        for name, state in states.items():
            again.modules[name].load_state_dict(state)
        for name, state in optimisers.items():
            again.optimisers[name].load_state_dict(state)
        torch.set_rng_state(here)
        run(again, random, 2, 4)
        for name, module in whole.modules.items():
            for a, b in zip(
                module.state_dict().values(), again.modules[name].state_dict().values(), strict=True
            ):
                assert torch.equal(a, b)

    def test_a_sample_keeps_the_melody_and_adds_the_corpus_tracks(self):
        (made,) = learner().sample(1)
        assert made.melody.clip == corpus().valid[0].composition.melody.clip
        assert [t.role for t in made.accompaniment] == ["alto", "tenor", "bass"]
        assert all(t.clip.notes for t in made.accompaniment)

    def test_options_that_cannot_be_are_refused_in_a_sentence(self):
        with pytest.raises(ValueError, match="steps must be a multiple of 16, got 30"):
            learner(steps=30)

    def test_the_meters_of_the_training_pieces_are_told(self):
        assert learner().meters() == ("4/4",)

    def test_each_of_two_processes_takes_its_half_of_the_same_windows(self):
        random = np.random.default_rng
        whole = learner()._windows(random(3))
        halves = [
            make_unet(corpus(), Compute(rank=rank, count=2), SMALL)._windows(random(3))
            for rank in (0, 1)
        ]
        assert torch.equal(torch.cat([h.rolls for h in halves]), whole.rolls)

    def test_a_piano_and_drums_are_learnt_too(self):
        torch.manual_seed(0)
        taught = make_unet(corpus(PIANO, song_with_piano), Compute(), {**SMALL, "averaging": 0.5})
        random = np.random.default_rng(0)
        before = taught.validate()["loss"]
        for i in range(15):
            taught.step(random, i / 15)
        assert taught.validate()["loss"] < before


class TestForger:
    def test_some_track_is_always_hidden_and_its_steps_count(self):
        layout = layout_of(corpus())
        known, weight = hidden(layout, (200, 32), np.random.default_rng(0))
        assert not known.all(2).all(1).any()
        assert (weight > 0).all()

    def test_the_critic_sees_rows_and_strikes_of_real_music(self):
        rolls = torch.zeros(1, 2, 3, 4, dtype=torch.uint8)
        rolls[0, 1, 0, 2] = 2
        rolls[0, 1, 1, 2] = 1
        seen = shown(rolls)
        assert seen.shape == (1, 10, 3)
        assert seen[0, 5 + 2].tolist() == [1, 1, 0]
        assert seen[0, 5 + 4].tolist() == [1, 0, 0]
