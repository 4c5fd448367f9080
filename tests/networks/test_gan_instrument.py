"""The adversaries' instrument with hardly taught networks: what a musician would notice."""

import numpy as np
import pytest
import torch
from gan_samples import MAKERS, PIANO, SMALL, corpus, learner, song_with_piano
from hypothesis import given, settings
from hypothesis import strategies as st

from models.networks.gan.decoder import VoiceDecoder
from models.networks.gan.layout import layout_of
from models.networks.gan.learner import make_unet
from models.training.compute import Compute

torch.set_num_threads(1)  # beside a busy core two threads wait for each other
CONTROLS = {
    "beats_per_bar": 4.0,
    "bpm": 100.0,
    "temperature": 1.0,
    "movement": 0.0,
    "voice_leading": 1.0,
}


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


def parallels(tune, out, stride) -> int:
    """Count parallel fifths, octaves and unisons of four voices in 64 steps."""
    frames = np.zeros((64, 4), int)
    for track, start, duration, pitch, _ in np.concatenate([tune.numpy(), out]).tolist():
        frames[round(start * 4) : round((start + duration) * 4), int(track)] = round(pitch)
    frames = frames[::stride]
    moves = np.diff(frames, axis=0)
    found = 0
    for a in range(4):
        for b in range(a):
            apart = np.abs(frames[:, a] - frames[:, b]) % 12
            kept = (apart[1:] == apart[:-1]) & np.isin(apart[1:], (0, 7))
            found += int((kept & (moves[:, a] * moves[:, b] > 0)).sum())
    return found


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
    @settings(max_examples=25)
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

    @pytest.mark.parametrize("stride", [1, 4], ids=["step to step", "beat to beat"])
    def test_no_parallel_fifths_or_octaves_when_strict(self, instrument, stride):
        tune = rows(*((i / 4, 0.25, 62 + (i * 5) % 9) for i in range(64)))
        assert parallels(tune, answer(instrument, tune, end=16.0), stride) == 0

    def test_free_voices_make_parallels(self, instrument):
        tune = rows(*((i / 4, 0.25, 62 + (i * 5) % 9) for i in range(64)))
        out = answer(instrument, tune, end=16.0, temperature=2.0, voice_leading=0.0)
        assert parallels(tune, out, 1) > 0

    def test_what_plays_around_a_hole_changes_what_the_u_net_fills_it_with(self):
        module = learner().instrument().eval()
        around = [
            torch.cat([rows((0, 2, p), (6, 2, p), track=t) for t, p in enumerate(chord, 1)])
            for chord in ((64, 60, 48), (69, 53, 41))
        ]
        first, second = (
            answer(module, torch.cat([SCALE, a]), begin=2.0, end=6.0, temperature=0.0)
            for a in around
        )
        assert not np.array_equal(first, second)


class TestVoiceDecoder:
    def test_parallels_are_found_above_and_below_and_fourths_are_none(self):
        decoder = VoiceDecoder(layout_of(corpus()), 0)  # 58..69

        def count(other, start, end):
            found = decoder.parallels(torch.tensor([[other], [other + 2]]))[0]
            return found[start - decoder.low, end - decoder.low].item()

        assert count(71, 64, 66) == 1  # a fifth below
        assert count(58, 65, 67) == 1  # a fifth above
        assert count(71, 59, 61) == 1  # an octave
        assert count(71, 66, 68) == 0  # a fourth below
        assert count(71, 64, 61) == 0  # from a fifth into an octave in contrary motion


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
