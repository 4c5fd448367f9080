"""The four-part network, its data and its instrument, with untrained weights unless said."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.artifact.manifest import Manifest, TrackSpec
from models.artifact.torchscript import load, save
from models.music.clip import Clip, Note
from models.music.sixteenths import bridge_gaps
from models.music.tempo import Meter, MeterMap
from models.networks.chorale.batches import collate, losses, random_batch
from models.networks.chorale.chord_states import STATES
from models.networks.chorale.controls import CONTROLS as CONTROL_SPECS
from models.networks.chorale.data import Chorale, chorale
from models.networks.chorale.generator import ChoraleGenerator
from models.networks.chorale.layout import LOWEST, PITCHES
from models.networks.chorale.likelihood import ChoraleLikelihood
from models.networks.chorale.net import ChoraleConfig, ChoraleNet, ages_of
from models.networks.chorale.voice_leading import VoiceLeading
from models.networks.common.noise import gumbels, uniforms
from models.networks.common.sixteenth_grid import SixteenthGrid

torch.set_num_threads(1)  # beside a busy core two threads wait for each other
SMALL = ChoraleConfig(melody_width=8, width=16, head_width=16)
RANGES = [(53, 74), (48, 69), (36, 64)]
CONTROLS = {
    "beats_per_bar": 4.0,
    "bpm": 100.0,
    "temperature": 1.0,
    "voice_leading": 1.0,
    "movement": 0.0,
    "colour": 0.0,
    "cadence": 1.0,
    "key": 0.0,
}


@pytest.fixture(scope="module")
def generator() -> ChoraleGenerator:
    torch.manual_seed(1)
    return ChoraleGenerator(ChoraleNet(SMALL), RANGES).eval()


def rows(*notes: tuple[float, float, int], track: int = 0) -> torch.Tensor:
    return torch.tensor([[track, s, d, p, 80] for s, d, p in notes]).reshape(-1, 5).float()


def answer(generator, notes, begin=0.0, end=4.0, seed=1, **controls):
    with torch.inference_mode():
        return generator(notes, begin, end, {**CONTROLS, **controls}, seed).numpy()


def pieces(count=3, beats=40) -> list[Chorale]:
    random = np.random.default_rng(0)
    voices = ((60, 75), (55, 70), (48, 65), (40, 58))
    return [
        chorale(
            f"piece {i}",
            [
                Clip(tuple(Note(b, 1, int(random.integers(low, high))) for b in range(beats)))
                for low, high in voices
            ],
            MeterMap.constant(Meter(4, 4)),
        )
        for i in range(count)
    ]


class TestData:
    def test_a_held_note_fills_its_frames_and_a_repeated_one_has_its_onset(self):
        clip = Clip((Note(0, 1, 60), Note(1, 1, 60), Note(2, 0.5, 62)))
        piece = chorale("x", [clip] * 4, MeterMap.constant(Meter(3, 4)))
        assert piece.pitches[:, 0].tolist() == [60] * 8 + [62] * 2
        assert np.nonzero(piece.onset[:, 0])[0].tolist() == [0, 4, 8]
        assert set(piece.bar.tolist()) == {12}

    def test_a_pickup_keeps_its_place_before_the_bar_line(self):
        clip = Clip((Note(3, 1, 60), Note(4, 4, 62)))
        piece = chorale("x", [clip] * 4, MeterMap())
        assert piece.place[:5].tolist() == [12, 13, 14, 15, 0]

    def test_gaps_are_held_through_and_the_beginning_backwards(self):
        assert bridge_gaps(np.array([-1, 60, -1, -1, 62])).tolist() == [60, 60, 60, 60, 62]

    def test_ages_count_how_long_the_last_pitch_was_held(self):
        pitches = torch.tensor([5, 5, 5, 7, 7, 5])[None, :, None]
        assert ages_of(pitches).flatten().tolist() == [0, 1, 2, 3, 1, 2]


class TestTraining:
    def test_a_batch_can_be_learnt_by_heart(self):
        torch.manual_seed(0)
        net = ChoraleNet(SMALL)
        batch = random_batch(pieces(), np.random.default_rng(0), 4, 64)
        optimiser = torch.optim.Adam(net.parameters(), 1e-2)
        before = losses(net.eval(), batch)[0].item()
        for _ in range(30):
            optimiser.zero_grad()
            sum(losses(net, batch)).backward()
            optimiser.step()
        assert losses(net, batch)[0].item() < before - 1

    def test_scores_at_a_frame_never_depend_on_later_notes_of_the_lower_voices(self):
        net = ChoraleNet(SMALL).eval()
        batch = collate(pieces(1), [0], [False])
        changed = batch.pitches.clone()
        changed[:, 80:, 1:] += 1
        with torch.inference_mode():
            a, _ = net(
                batch.pitches, batch.flags, batch.place, batch.bar, batch.first, batch.chords
            )
            b, _ = net(changed, batch.flags, batch.place, batch.bar, batch.first, batch.chords)
        # Alto and tenor at frame 80 hear the bass of the same frame; frames before hear nothing.
        assert torch.allclose(a[:, :80], b[:, :80], atol=1e-5)


class TestInstrument:
    def test_three_voices_come_in_with_the_melody_on_its_beat(self, generator):
        out = answer(generator, rows((0, 1, 67), (1, 1, 69), (2, 2, 71)))
        assert {tuple(r) for r in out[out[:, 1] == 0][:, :1].tolist()} == {(1.0,), (2.0,), (3.0,)}
        assert (out[:, 1] + out[:, 2]).max() == 4

    def test_an_entry_just_after_the_bar_line_is_accompanied_from_the_bar_line(self, generator):
        assert answer(generator, rows((0.27, 0.7, 67), (1, 3, 69)))[:, 1].min() == 0

    def test_voices_stay_in_their_ranges_whatever_the_melodys_register(self, generator):
        for octave in (-36, 0, 48):
            out = answer(generator, rows(*((float(i), 1.0, 64 + octave) for i in range(4))))
            for track, (low, high) in enumerate(RANGES, start=1):
                pitches = out[out[:, 0] == track][:, 3]
                assert low <= pitches.min() <= pitches.max() <= high

    def test_the_same_seed_gives_the_same_notes_and_another_seed_others(self, generator):
        melody = rows(*((float(i), 1.0, 60 + i) for i in range(8)))
        first = answer(generator, melody, end=8.0, seed=3)
        assert np.array_equal(first, answer(generator, melody, end=8.0, seed=3))
        assert not np.array_equal(first, answer(generator, melody, end=8.0, seed=4))

    def test_at_temperature_0_the_seed_does_not_matter(self, generator):
        melody = rows(*((float(i), 1.0, 60 + i) for i in range(8)))
        first = answer(generator, melody, end=8.0, seed=3, temperature=0.0)
        assert np.array_equal(first, answer(generator, melody, end=8.0, seed=4, temperature=0.0))

    @pytest.mark.parametrize("begin", [0.0, 3.75, 3.9, 1.1])
    def test_the_last_sixteenth_alone_is_accompanied_too(self, generator, begin):
        out = answer(generator, rows((0, 4, 67)), begin=begin, end=begin + 0.1)
        assert len(out) == 3

    def test_silence_is_answered_with_silence(self, generator):
        assert len(answer(generator, rows())) == 0
        assert len(answer(generator, rows((0, 1, 60)), begin=16.0, end=20.0)) == 0

    def test_a_long_rest_of_the_melody_is_a_rest_and_a_short_one_is_bridged(self, generator):
        out = answer(generator, rows((0, 1, 67), (3, 1, 69), (16, 1, 71)), end=20.0)
        sounding = [(r[1], r[1] + r[2]) for r in out.tolist()]
        assert any(a <= 2 < b for a, b in sounding)
        assert not any(a < 15 and b > 5 for a, b in sounding)

    def test_bar_by_bar_it_keeps_to_what_it_played_before(self, generator):
        melody = rows(*((float(i), 1.0, 60 + i) for i in range(8)))
        known = answer(generator, melody, end=4.0)
        context = torch.cat([melody, torch.from_numpy(known)])
        out = answer(generator, context, begin=4.0, end=8.0)
        assert out[:, 1].min() == 4
        assert (out[:, 1] + out[:, 2]).max() <= 8

    @pytest.mark.parametrize("known", [1, 7, 16, 40])
    def test_what_it_goes_over_at_once_it_goes_on_from_as_if_it_had_just_written_it(
        self, generator, known
    ):
        soprano = torch.tensor([30 + (3 * (t // 4)) % 8 for t in range(48)])
        place = [(t + 5) % 16 for t in range(48)]
        flags, bar = torch.ones(1, 48, 3), torch.full((1, 48), 16)
        chords = torch.randint(0, STATES, (1, 48, 2))
        noise = generator.noise(1, torch.arange(48), 2)
        rules = [1.0, 0.0, 1.5]
        none = torch.zeros(0, 3, dtype=torch.long)
        with torch.inference_mode():
            read = generator.reading(soprano[None], flags, torch.tensor(place)[None], bar, chords)
            whole = generator.sampler(soprano, read, place, none, noise, rules)
            for take in range(2):
                before, ahead = whole[take, :known], noise[known:, :, take : take + 1]
                again = generator.sampler(soprano, read, place, before, ahead, rules)
                assert again[0].tolist() == whole[take].tolist()

    def test_no_parallel_fifths_or_octaves_from_frame_to_frame_when_strict(self, generator):
        melody = rows(*((i / 4, 0.25, 62 + (i * 5) % 9) for i in range(64)))
        out = answer(generator, melody, end=16.0, temperature=2.0)
        frames = np.zeros((64, 4), int)
        for voice, notes in ((0, melody.numpy()), *((v, out[out[:, 0] == v]) for v in (1, 2, 3))):
            for _, start, duration, pitch, _ in notes:
                frames[round(start * 4) : round((start + duration) * 4), voice] = pitch
        moves = np.diff(frames, axis=0)
        for upper in range(4):
            for lower in range(upper + 1, 4):
                apart = np.abs(frames[:, upper] - frames[:, lower]) % 12
                same = moves[:, upper] * moves[:, lower] > 0
                kept = (apart[1:] == apart[:-1]) & np.isin(apart[1:], (0, 7))
                assert not (same & kept).any()

    @settings(max_examples=25)
    @given(
        st.lists(
            st.tuples(st.floats(0, 12, width=32), st.floats(0, 6, width=32), st.integers(0, 127)),
            max_size=12,
        ),
        st.floats(0.5, 8, width=32),
        st.integers(0, 2**31),
    )
    def test_any_notes_are_answered_inside_the_time_asked_for(
        self, generator, notes, beats_per_bar, seed
    ):
        out = answer(generator, rows(*notes), 1.5, 9.25, seed, beats_per_bar=beats_per_bar)
        assert np.isfinite(out).all()
        if len(out):
            assert out[:, 1].min() >= 1.5
            assert (out[:, 1] + out[:, 2]).max() <= 9.25
            assert out[:, 2].min() > 0


def test_the_luckiest_draw_is_still_finite():
    # of these, one is rounded to 1 in single precision
    assert torch.isfinite(gumbels(1975, torch.arange(100, 140), 3 * 64)).all()
    assert uniforms(1975, torch.arange(100, 140), 3 * 64).max() < 1


def test_noise_depends_on_seed_and_frame_only_and_is_spread_evenly():
    frames = torch.arange(-8, 200)
    noise = uniforms(5, frames, 64)
    assert torch.equal(noise[10:12], uniforms(5, frames[10:12], 64))
    assert abs(noise.mean() - 0.5) < 0.01
    assert abs(noise.var() - 1 / 12) < 0.01


def test_a_melody_line_is_read_from_overlaps_and_chords():
    grid = SixteenthGrid()
    legato = rows((0, 1.2, 60), (1, 1, 62))
    assert grid.melody_frames(legato, 0, 8)[0] == [60] * 4 + [62] * 4
    chord = rows((0, 2, 72), (0, 2, 64), (1, 1, 60))
    assert grid.melody_frames(chord, 0, 8)[0] == [72] * 8


def test_plans_that_are_read_side_by_side_are_written_as_each_would_be_alone(generator):
    random = np.random.default_rng(3)
    count, size = 3, 24
    pitch = torch.tensor(random.integers(30, 40, (1, size)))
    flags, place = torch.ones(1, size, 3), torch.arange(size)[None] % 16
    bars, states = torch.full((1, size), 16), torch.tensor(random.integers(STATES, size=(3, size)))
    plans = torch.stack([states, states.roll(-4, 1)], 2)
    known, noise = torch.zeros(0, 3).long(), gumbels(1, torch.arange(size), 3 * count * PITCHES)
    noise = noise.view(size, 3, count, PITCHES)
    rules, places = [1.0, 0.0, 1.35], place[0].tolist()
    with torch.inference_mode():
        read = generator.reading.several(pitch, flags, place, bars, plans)
        together = generator.sampler(pitch[0], read, places, known, noise, rules)
        for k in range(count):
            one = generator.reading(pitch, flags, place, bars, plans[k : k + 1])
            own = noise[:, :, k : k + 1]
            alone = generator.sampler(pitch[0], one, places, known, own, rules)
            assert torch.equal(together[k], alone[0])


class TestVoiceLeading:
    def leading(self):
        return VoiceLeading(RANGES, LOWEST)

    def test_parallel_fifths_and_octaves_are_forbidden_and_contrary_motion_is_free(self):
        # soprano C5 -> D5; the alto comes from F4, a fifth below, or from C4, an octave below
        now, before = torch.tensor([[74 - LOWEST]]), torch.tensor([[72 - LOWEST]])
        for pitch, parallel in ((65, [67]), (60, [62, 74])):
            own = torch.tensor([[pitch - LOWEST]])
            score = self.leading()(0, (own, own), (now, before, before), False)[0]
            inside = [p for p in range(53, 75) if score[p - LOWEST] < 0]
            assert inside == parallel

    def test_from_beat_to_beat_they_are_only_disliked(self):
        own = torch.tensor([[60]]) - LOWEST
        still, moved = torch.tensor([[74]]) - LOWEST, torch.tensor([[72]]) - LOWEST
        score = self.leading()(0, (own, own), (still, still, moved), True)
        assert -10 < score[0, 62 - LOWEST] < 0 == score[0, 64 - LOWEST]
        assert self.leading()(0, (own, own), (still, still, moved), False)[0, 62 - LOWEST] == 0


class TestLikelihood:
    def frames(self):
        random = np.random.default_rng(1)
        voices = [np.repeat(random.integers(low, low + 10, 10), 4) for low in (65, 58, 50, 42)]
        return torch.tensor(np.stack(voices, 1))

    def test_it_is_a_likelihood_whatever_the_meter_turns_out_to_be(self):
        torch.manual_seed(2)
        score = ChoraleLikelihood(ChoraleNet(SMALL).eval())
        frames = self.frames()
        with torch.inference_mode():
            whole = score(frames)
            assert (whole < 0).all()
            # all that the bass could be in the last frame has probability 1 in all
            total = 0.0
            for pitch in range(LOWEST, LOWEST + PITCHES):
                frames[-1, 3] = pitch
                total += math.exp(float(score(frames).sum() - score(frames)[-1, :2].sum()))
            beginning = math.exp(float(whole.sum() - whole[-1].sum()))
        assert total == pytest.approx(beginning, rel=0.02)

    def test_what_a_voice_will_enter_with_is_not_told_before(self):
        torch.manual_seed(2)
        score = ChoraleLikelihood(ChoraleNet(SMALL).eval())
        frames = self.frames()
        frames[:8, 3] = -1
        with torch.inference_mode():
            before = score(frames)[:8]
            frames[8:12, 3] += 3
            assert torch.allclose(before, score(frames)[:8], atol=1e-4)
            assert len(score(frames[:0])) == 0

    def test_rests_cost_nothing_and_every_pitch_has_a_finite_price(self):
        score = ChoraleLikelihood(ChoraleNet(SMALL).eval())
        frames = self.frames()
        frames[10:14, 2] = -1
        frames[20, 1] = 120
        with torch.inference_mode():
            found = score(frames)
        assert (found[10:14, 1] == 0).all()
        assert torch.isfinite(found).all()


def test_a_chorale_is_the_same_in_every_key_but_for_its_register():
    net = ChoraleNet(SMALL).eval()
    with torch.inference_mode():
        net.tonal.weight[:, -3:] = 0  # forget how high it lies
        planned = net.encoder.now.embedding_dim + net.encoder.next.embedding_dim + 1
        net.encoder.inward.weight[:, -2 - planned : -planned] = 0
        for head in (net.bass, net.alto, net.tenor):
            head.out.weight[head.bottom : head.top] = 0
            head.out.bias[head.bottom : head.top] = 0
            side = 2 * 24 + 1
            head.features.weight[-side:] = 0
        piece = pieces(1)
        low, high = (collate(piece, [shift], [False]) for shift in (0, 5))
        a, _ = net(low.pitches, low.flags, low.place, low.bar, low.first, low.chords)
        b, _ = net(high.pitches, high.flags, high.place, high.bar, high.first, high.chords)
    assert torch.allclose(a[..., :-5], b[..., 5:], atol=1e-4)


def test_an_artifact_keeps_its_likelihood(tmp_path):
    voices = zip(("alto", "tenor", "bass"), RANGES, strict=True)
    tracks = tuple(TrackSpec(v, v, 52, 1, low, high) for v, (low, high) in voices)
    manifest = Manifest("tiny", "Tiny", "accompany", tracks, CONTROL_SPECS)
    save(ChoraleGenerator(ChoraleNet(SMALL), RANGES).eval(), manifest, tmp_path / "tiny.ts")
    loaded = load(tmp_path / "tiny.ts")
    assert loaded.has_likelihood
    scores = loaded.log_likelihood(np.tile([67, 62, 55, 43], (16, 1)))
    assert scores.shape == (16, 3)
    assert (scores < 0).all()
