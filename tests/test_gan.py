"""Both adversaries at school and on stage: tiny networks, what a musician would notice."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clip import Clip, Composition, Note, Track
from models.data.piece import Corpus, Piece
from models.gan.chain import Chain, draw_chords, draw_voice, line_of, voice_loss
from models.gan.decoder import VoiceDecoder
from models.gan.key import WhiteKeys
from models.gan.layout import layout_of
from models.gan.learner import GanLearner, make_muse, make_unet
from models.gan.losses import critic_loss, generator_loss, gradient_penalty
from models.gan.rolls import song_of
from models.gan.windows import Cutter
from models.manifest import TrackSpec
from models.tempo import Meter, MeterMap
from models.training.compute import Compute

torch.set_num_threads(1)  # beside a busy core two threads wait for each other
SMALL = {
    "width": 8.0,
    "widest": 8.0,
    "noise": 4.0,
    "latent": 8.0,
    "critic_width": 8.0,
    "batch_size": 4.0,
    "critic_batch": 2.0,
    "steps": 32.0,
    "critic_window": 16.0,
    "learning_rate": 1e-2,
    "warmup": 0.0,
}
CONTROLS = {
    "beats_per_bar": 4.0,
    "bpm": 100.0,
    "temperature": 1.0,
    "movement": 0.0,
    "voice_leading": 1.0,
}
CHORALE = (
    TrackSpec("Alto", "alto", 52, 1, 55, 72),
    TrackSpec("Tenor", "tenor", 52, 2, 48, 66),
    TrackSpec("Bass", "bass", 52, 3, 38, 58),
)
PIANO = (TrackSpec("Piano", "piano", 0, 1, 36, 72), TrackSpec("Drums", "drums", 0, 9, 36, 42))
MAKERS = {"unet-gan": make_unet, "muse-gan": make_muse}


def chorale(seed: int, beats: int = 24) -> Composition:
    """Triads under a random walk, each voice in quarters, the bass in halves."""
    random = np.random.default_rng(seed)
    key, scale = int(random.integers(12)), (0, 2, 4, 5, 7, 9, 11)
    degrees = random.integers(0, 7, beats)

    def voice(above: int, low: int, length: int = 1) -> Clip:
        notes = []
        for beat in range(0, beats, length):
            pitch = scale[(int(degrees[beat]) + above) % 7] + key
            notes.append(Note(float(beat), float(length), low + (pitch - low) % 12))
        return Clip(tuple(notes), float(beats))

    parts = (voice(2, 67), voice(0, 58), voice(4, 50), voice(0, 40, 2))
    names = ("melody", "alto", "tenor", "bass")
    tracks = [Track(n, c, n) for n, c in zip(names, parts, strict=True)]
    return Composition(tracks[0], tuple(tracks[1:]), meter=MeterMap.constant(Meter(4, 4)))


def song_with_piano(seed: int, beats: int = 24) -> Composition:
    """A tune over chords in quarters, with rests, and a drum on every beat."""
    piece = chorale(seed, beats)
    chords = [n for t in piece.accompaniment for n in t.clip.notes if int(n.start) % 4 < 2]
    drums = [Note(float(b), 0.25, 36 + 2 * (b % 2)) for b in range(beats)]
    return piece.with_accompaniment(
        (
            Track("piano", Clip(tuple(chords), float(beats)), "piano"),
            Track("drums", Clip(tuple(drums), float(beats)), "drums", 0, 9),
        )
    )


def corpus(tracks=CHORALE, make=chorale) -> Corpus:
    pieces = [Piece(f"piece {i}", make(i)) for i in range(6)]
    return Corpus(tracks, pieces[:5], pieces[5:])


def learner(architecture="unet-gan", seed=0, **options) -> GanLearner:
    torch.manual_seed(seed)
    return MAKERS[architecture](corpus(), Compute(), {**SMALL, **options})


@pytest.fixture(scope="module", params=list(MAKERS))
def instrument(request) -> torch.jit.ScriptModule:
    return torch.jit.script(learner(request.param).instrument()).eval()


@pytest.fixture(scope="module")
def band() -> torch.jit.ScriptModule:
    torch.manual_seed(0)
    taught = make_unet(corpus(PIANO, song_with_piano), Compute(), SMALL)
    random = np.random.default_rng(0)
    for i in range(12):
        taught.step(random, i / 12)
    return torch.jit.script(taught.instrument()).eval()


def rows(*notes: tuple[float, float, int], track: int = 0) -> torch.Tensor:
    return torch.tensor([[track, s, d, p, 80] for s, d, p in notes]).reshape(-1, 5).float()


def answer(module, notes, begin=0.0, end=8.0, seed=1, **controls):
    with torch.inference_mode():
        return module(notes, begin, end, {**CONTROLS, **controls}, seed).numpy()


SCALE = rows(*((float(i), 1.0, 60 + i) for i in range(8)))


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
        window = Cutter(layout, [], 16).whole(song_of(one.train[0], layout))
        assert (window.rolls[0] == 2).any(-1).nonzero()[:, 1].tolist() == [*range(0, 32, 4)] * 3

    def test_a_song_moved_beside_its_key_moves_all_pitched_tracks_alike(self):
        layout = layout_of(corpus())
        song = song_of(corpus().train[0], layout)
        cutter = Cutter(layout, [song], 16)
        plain, moved = (cutter.cut(song, 0, 16, stray, detached=False) for stray in (0, 2))
        lines = [line_of(w[1])[:, 0] for w in (plain, moved)]
        steps = (lines[1] - lines[0]).tolist()
        assert steps in ([2] * 3, [-10] * 3)

    def test_the_steps_before_a_window_are_told_and_its_padding_does_not_count(self):
        layout = layout_of(corpus())
        song = song_of(corpus().train[0], layout)
        window = Cutter(layout, [song], 32).cut(song, len(song) - 16, 32, 0, detached=False)
        assert window[3].item()
        assert window[2].any(-1).all()
        assert window[4].tolist() == [True] * 16 + [False] * 16


class TestChain:
    def test_scores_of_all_moves_agree_with_scores_of_each(self):
        chain, table = Chain(5), torch.randn(3, 6 + 53 + 1)
        whole = chain.all_scores(table)
        for before in range(7):
            each = chain.scores(table, torch.full((3,), before))
            assert torch.allclose(whole[:, before], each)

    def test_the_chances_of_all_lines_sum_to_one(self):
        chain, table = Chain(2), torch.randn(1, 3, 3 + 53 + 1)
        counted, entry = torch.ones(1, 3), torch.tensor([3])
        total = 0.0
        for code in range(27):
            line = torch.tensor([[code // 9, code // 3 % 3, code % 3]])
            roll = torch.nn.functional.one_hot(line, 3)[..., :2]
            total += torch.exp(-voice_loss(chain, table, roll, entry, counted)[0]).item()
        assert total == pytest.approx(1, rel=1e-4)

    def test_drawn_voices_are_one_hot_and_pass_gradients(self):
        chain = Chain(5)
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


class TestInstrument:
    def test_voices_sound_throughout_and_the_melody_is_not_among_them(self, instrument):
        out = answer(instrument, SCALE)
        for track in (1, 2, 3):
            part = out[out[:, 0] == track]
            assert part[:, 2].sum() == pytest.approx(8)
        assert set(out[:, 0].tolist()) == {1, 2, 3}

    def test_voices_stay_in_their_ranges_whatever_the_melodys_register(self, instrument):
        layout = layout_of(corpus())
        for octave in (-36, 0, 48):
            tune = rows(*((float(i), 1.0, 64 + octave) for i in range(4)))
            out = answer(instrument, tune, end=4.0)
            for track, (low, high) in enumerate(
                zip(layout.lows, layout.highs, strict=True), start=1
            ):
                pitches = out[out[:, 0] == track][:, 3]
                assert low <= pitches.min() <= pitches.max() < high

    def test_the_same_seed_gives_the_same_notes_and_another_seed_others(self, instrument):
        first = answer(instrument, SCALE, seed=3)
        assert np.array_equal(first, answer(instrument, SCALE, seed=3))
        assert not np.array_equal(first, answer(instrument, SCALE, seed=4))

    def test_at_temperature_nought_voices_move_by_what_is_likeliest(self, instrument):
        calm = answer(instrument, SCALE, temperature=0.0, seed=3)
        assert np.array_equal(calm, answer(instrument, SCALE, temperature=0.0, seed=3))

    def test_silence_is_answered_with_silence(self, instrument):
        assert len(answer(instrument, rows())) == 0
        assert len(answer(instrument, rows((0, 1, 60)), begin=16.0, end=20.0)) == 0
        assert answer(instrument, rows()).shape == (0, 5)

    def test_it_follows_the_melodys_loudness(self, instrument):
        soft = SCALE.clone()
        soft[:, 4] = 20
        assert answer(instrument, soft)[:, 4].max() == 17
        assert answer(instrument, SCALE)[:, 4].min() == 68

    def test_one_bar_asked_for_stays_in_its_bar_and_goes_on_from_the_last(self, instrument):
        known = answer(instrument, SCALE, end=4.0)
        out = answer(instrument, torch.cat([SCALE, torch.from_numpy(known)]), begin=4.0)
        assert out[:, 1].min() == 4
        assert (out[:, 1] + out[:, 2]).max() <= 8

    def test_what_plays_around_a_hole_changes_what_fills_it(self, instrument):
        if "muse" in str(instrument.net.original_name).lower():
            pytest.skip("muse-gan hears the melody only")
        around = [
            torch.cat([rows((0, 2, p), (6, 2, p), track=t) for t, p in enumerate(chord, 1)])
            for chord in ((64, 60, 48), (69, 53, 41))
        ]
        first, second = (
            answer(instrument, torch.cat([SCALE, a]), begin=2.0, end=6.0) for a in around
        )
        assert not np.array_equal(first, second)

    def test_a_long_piece_is_written_in_windows_without_a_seam_of_silence(self, instrument):
        tune = rows(*((i / 2, 0.5, 60 + (i * 5) % 12) for i in range(400)))
        out = answer(instrument, tune, end=200.0)
        for track in (1, 2, 3):
            assert out[out[:, 0] == track][:, 2].sum() == pytest.approx(200)

    @pytest.mark.parametrize("beats_per_bar", [3.0, 3.5, 1.0, 6.0])
    def test_any_meter_is_taken(self, instrument, beats_per_bar):
        assert len(answer(instrument, SCALE, beats_per_bar=beats_per_bar))

    @given(
        st.lists(st.tuples(st.floats(-4, 40), st.floats(0, 9), st.integers(0, 127)), max_size=12),
        st.floats(-2, 20),
        st.floats(0, 24),
        st.integers(0, 2**31),
    )
    @settings(max_examples=25, deadline=None)
    def test_any_notes_and_any_stretch_give_an_answer_that_keeps_the_contract(
        self, instrument, notes, begin, length, seed
    ):
        out = answer(instrument, rows(*notes), begin, begin + length, seed)
        assert out.dtype == np.float32
        assert np.isfinite(out).all()
        assert (out[:, 1] >= begin - 1e-3).all()
        assert (out[:, 1] < begin + length + 1e-3).all()
        assert (out[:, 2] >= 0).all()
        assert ((out[:, 3] >= 0) & (out[:, 3] <= 127)).all()
        assert ((out[:, 4] >= 1) & (out[:, 4] <= 127)).all()

    def test_no_parallel_fifths_or_octaves_from_step_to_step_when_strict(self, instrument):
        tune = rows(*((i / 4, 0.25, 62 + (i * 5) % 9) for i in range(64)))
        out = answer(instrument, tune, end=16.0, temperature=2.0)
        frames = np.zeros((64, 4), int)
        for track, start, duration, pitch, _ in np.concatenate([tune.numpy(), out]).tolist():
            frames[round(start * 4) : round((start + duration) * 4), int(track)] = round(pitch)
        moves = np.diff(frames, axis=0)
        for a in range(4):
            for b in range(a):
                apart = np.abs(frames[:, a] - frames[:, b]) % 12
                kept = (apart[1:] == apart[:-1]) & np.isin(apart[1:], (0, 7))
                assert not (kept & (moves[:, a] * moves[:, b] > 0)).any()


class TestVoiceDecoder:
    def test_parallels_are_found_above_and_below_and_fourths_are_none(self):
        decoder = VoiceDecoder(layout_of(corpus()))
        found = decoder.parallels(torch.tensor([[60], [62]]), 48)
        count = found[0]
        assert count[60 - 7 - 48, 62 - 7 - 48] == 1  # a fifth below
        assert count[60 + 7 - 48, 62 + 7 - 48] == 1  # a fifth above
        assert count[60 - 5 - 48, 62 - 5 - 48] == 0  # a fourth below
        assert count[60 - 12 - 48, 62 - 12 - 48] == 1  # an octave
        assert count[60 + 7 - 48, 62 - 5 - 48] == 0  # the fifth left in contrary motion


class TestOtherRoles:
    def test_a_piano_and_drums_are_learnt_and_played(self, band):
        out = answer(band, SCALE)
        assert set(out[:, 0].tolist()) <= {1, 2}
        assert len(out)

    def test_no_bar_is_silent_under_a_sounding_melody(self, band):
        for seed in range(4):
            out = answer(band, SCALE, movement=-3.0, temperature=0.3, seed=seed)
            for bar in (0, 4):
                assert ((out[:, 1] < bar + 4) & (out[:, 1] + out[:, 2] > bar)).any()

    def test_drums_stay_the_drums_they_are_in_every_key(self, band):
        layout = layout_of(corpus(PIANO, song_with_piano))
        for move in range(5):
            out = answer(band, SCALE + torch.tensor([0, 0, 0, move, 0.0]))
            drums = out[out[:, 0] == 2][:, 3]
            assert ((drums >= layout.lows[1]) & (drums < layout.highs[1])).all()
