"""The parts of the adversaries: losses, keys, rolls and the chains that voices are drawn from."""

import pytest
import torch
from gan_samples import CHORALE, PIANO, chorale, corpus, song_with_piano

from models.data.piece import Corpus, Piece
from models.music.clip import Clip, Note, Track
from models.networks.gan.chain import RowChain, draw_chords, draw_voice, line_of, voice_loss
from models.networks.gan.layout import layout_of
from models.networks.gan.losses import critic_loss, generator_loss, gradient_penalty
from models.networks.gan.rolls import rolls_of
from models.networks.gan.white_keys import WhiteKeys
from models.networks.gan.windows import WindowSampler

torch.set_num_threads(1)  # beside a busy core two threads wait for each other


class TestLosses:
    def test_a_linear_critics_penalty_is_its_slopes_distance_from_one(self):
        weight = torch.tensor([3.0, 4.0])
        real, fake = torch.randn(5, 2, 1), torch.randn(5, 2, 1)
        found = gradient_penalty(lambda x: (x[:, :, 0] * weight).sum(1), real, fake, torch.rand(5))
        assert found.item() == pytest.approx((5 - 1) ** 2, rel=1e-4)

    def test_a_curved_critics_penalty_is_taken_between_real_and_fake(self):
        # f(x) = x^2 / 2 has the slope x: at the middle of 3 and 1 that is 2
        found = gradient_penalty(
            lambda x: x[:, 0].square() / 2,
            torch.full((4, 1), 3.0),
            torch.full((4, 1), 1.0),
            torch.full((4,), 0.5),
        )
        assert found.item() == pytest.approx(1.0, rel=1e-4)

    def test_the_penalty_teaches_the_critic_and_not_the_accompaniments(self):
        critic = torch.nn.Linear(3, 1)
        real = torch.randn(4, 3, requires_grad=True)
        gradient_penalty(
            lambda x: critic(x)[:, 0], real, torch.randn(4, 3), torch.rand(4)
        ).backward()
        assert critic.weight.grad is not None
        assert real.grad is None

    def test_critic_and_generator_pull_the_fakes_score_opposite_ways(self):
        def critic(x):
            return x[:, 0]

        real, fake = torch.full((2, 1), 5.0), torch.full((2, 1), 2.0)
        assert critic_loss(critic, real, fake).item() == -3
        assert generator_loss(critic, fake).item() == -2


class TestKey:
    @pytest.mark.parametrize("tonic", range(12))
    def test_a_major_scale_comes_into_the_white_keys_by_the_nearest_way(self, tonic):
        heard = torch.zeros(12)
        for degree, length in zip((0, 2, 4, 5, 7, 9, 11), (4, 1, 2, 1, 3, 1, 1), strict=True):
            heard[(tonic + degree) % 12] = length
        shift = WhiteKeys()(heard)
        assert -6 <= shift <= 5
        assert (tonic + shift) % 12 == 0

    def test_silence_is_left_where_it_is(self):
        assert WhiteKeys()(torch.zeros(12)) == 0


class TestRolls:
    def test_tracks_of_one_voice_of_chords_and_of_drums_are_told_apart(self):
        assert layout_of(corpus()).chords == (False, False, False)
        layout = layout_of(corpus(PIANO, song_with_piano))
        assert layout.chords == (True, False)
        assert layout.drums == (False, True)
        assert layout.rests == (True, True)

    def test_the_lowest_voice_is_written_first_and_then_from_the_top(self):
        assert layout_of(corpus()).order == (2, 0, 1)

    def test_repeated_notes_keep_their_onsets_in_a_window(self):
        repeated = Clip(tuple(Note(float(b), 1.0, 60) for b in range(8)))
        piece = chorale(0, 8)
        piece = piece.with_accompaniment(
            Track(t.name, repeated, t.role) for t in piece.accompaniment
        )
        one = Corpus(CHORALE, [Piece("x", piece)], [])
        layout = layout_of(one)
        window = WindowSampler(layout, [], 16).whole(rolls_of(one.train[0], layout))
        assert (window.rolls[0] == 2).any(-1).nonzero()[:, 1].tolist() == [*range(0, 32, 4)] * 3

    def test_a_song_moved_beside_its_key_moves_all_pitched_tracks_alike(self):
        layout = layout_of(corpus())
        song = rolls_of(corpus().train[0], layout)
        cutter = WindowSampler(layout, [song], 16)
        plain, moved = (cutter.cut(song, 0, 16, stray, detached=False) for stray in (0, 2))
        lines = [line_of(w[1])[:, 0] for w in (plain, moved)]
        steps = (lines[1] - lines[0]).tolist()
        assert steps in ([2] * 3, [-10] * 3)

    def test_the_steps_before_a_window_are_told_and_its_padding_does_not_count(self):
        layout = layout_of(corpus())
        song = rolls_of(corpus().train[0], layout)
        window = WindowSampler(layout, [song], 32).cut(song, len(song) - 16, 32, 0, detached=False)
        assert window[3].item()
        assert window[2].any(-1).all()
        assert window[4].tolist() == [True] * 16 + [False] * 16


class TestChain:
    def test_scores_of_all_moves_agree_with_scores_of_each(self):
        chain, table = RowChain(5), torch.randn(3, 6 + 53 + 1)
        whole = chain.all_scores(table)
        for before in range(7):
            each = chain.scores(table, torch.full((3,), before))
            assert torch.allclose(whole[:, before], each)

    def test_the_chances_of_all_lines_sum_to_one(self):
        chain, table = RowChain(2), torch.randn(1, 3, 3 + 53 + 1)
        counted, entry = torch.ones(1, 3), torch.tensor([3])
        total = 0.0
        for code in range(27):
            line = torch.tensor([[code // 9, code // 3 % 3, code % 3]])
            roll = torch.nn.functional.one_hot(line, 3)[..., :2]
            total += torch.exp(-voice_loss(chain, table, roll, entry, counted)[0]).item()
        assert total == pytest.approx(1, rel=1e-4)

    def test_drawn_voices_are_one_hot_and_pass_gradients(self):
        chain = RowChain(5)
        table = torch.randn(2, 4, 60, requires_grad=True)
        cells, struck = draw_voice(chain, table, torch.tensor([6, 1]))
        assert set(cells.detach().round(decimals=4).flatten().tolist()) <= {0.0, 1.0}
        (cells.square().sum() + struck.sum()).backward()
        assert table.grad.abs().sum() > 0

    def test_a_sure_table_of_chords_is_drawn_as_it_says(self):
        table = torch.full((1, 4, 15), -20.0)
        table[:, :, 10:] = -40.0
        table[:, 1, 2] = 20.0  # row 2 begins in step 1 and never ends
        cells, struck = draw_chords(table, torch.zeros(1, 5, dtype=torch.uint8))
        assert cells[0].detach().round().nonzero().tolist() == [[1, 2], [2, 2], [3, 2]]
        assert struck[0].detach().round().tolist() == [0, 1, 0, 0]
