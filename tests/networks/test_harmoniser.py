"""The chords of a song: what is played of the plan, and what leads it; untrained weights."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from models.artifact.manifest import HEARD, TrackSpec
from models.data.piece import Corpus, Piece
from models.music.clip import Clip, Composition, Note, Track
from models.music.harmony import Harmony
from models.music.tempo import Meter, MeterMap
from models.networks.harmoniser.batches import collate, losses, random_batch
from models.networks.harmoniser.features import HEARD_GROUPS, HEARD_PLAIN, MelodyFeatures
from models.networks.harmoniser.learner import HarmoniserLearner, make
from models.networks.harmoniser.net import HarmonyConfig, HarmonyNet
from models.networks.harmoniser.slots import Slots
from models.networks.harmoniser.songs import song
from models.networks.harmoniser.vocabulary import CHORD_KINDS, KINDS, MODE_OF, QUALITIES
from models.networks.harmoniser.voicing import BASS, CHORDS, Voicing
from models.techniques.accompany import LEADING, accompany
from models.techniques.planned import planned
from models.training.compute import Compute

torch.set_num_threads(1)
OPTIONS = {"width": 8.0, "live_width": 8.0, "layers": 2.0, "batch_size": 2.0, "crop_slots": 8.0}
FOUR = MeterMap.constant(Meter(4, 4))
TUNE = (60, 60, 67, 67, 69, 69, 67, 67, 65, 65, 64, 64, 62, 62, 60, 60)


def clip(pitches, length=1.0):
    return Clip(tuple(Note(i * length, length, p) for i, p in enumerate(pitches)))


def block(root, start, third=4, length=2.0):
    return [Note(start, length, 48 + root + tone) for tone in (0, third, 7)]


def lead_sheet(name="song", moved=0, role="chords", bars=8, meter=FOUR):
    pitches = [TUNE[i % len(TUNE)] + moved for i in range(4 * bars)]
    roots = (0, 0, 5, 0, 5, 0, 7, 0)
    notes = [n for i in range(2 * bars) for n in block((roots[i % 8] + moved) % 12, 2.0 * i)]
    track = Track(role.title(), Clip(tuple(notes)), role)
    return Piece(name, Composition(Track("Melody", clip(pitches)), (track,), meter=meter))


def corpus():
    pieces = [lead_sheet(str(i), i) for i in range(3)]
    return Corpus((TrackSpec("Chords", "chords"),), tuple(pieces[:2]), tuple(pieces[2:]))


@pytest.fixture(scope="module")
def learner() -> HarmoniserLearner:
    torch.manual_seed(0)
    return make(corpus(), Compute(), OPTIONS)


@pytest.fixture(scope="module")
def generator(learner):
    from models.artifact.torchscript import LoadedGenerator
    from models.training.export import manifest_of

    return LoadedGenerator(manifest_of(learner), learner.instrument())


def melody(pitches=TUNE, *others, meter=FOUR, length=1.0):
    return Composition(Track("Melody", clip(pitches, length)), others, meter=meter)


def chords_of(generator, piece, seed=1, **controls) -> Harmony:
    found = planned(generator, piece, seed, controls)
    assert found is not None
    return found


class TestPlaying:
    def test_chords_lie_close_over_a_bass_and_go_on_to_the_end(self, generator):
        whole = accompany(generator, melody(), 1)
        chords, bass = whole.accompaniment
        assert (chords.name, bass.name) == ("Chords", "Bass")
        for start in {n.start for n in chords.clip.notes}:
            struck = sorted(n.pitch for n in chords.clip.notes if n.start == start)
            assert struck[-1] - struck[0] < 12
            assert struck[0] in CHORDS
            assert struck[-1] in CHORDS
        assert all(n.pitch in BASS for n in bass.clip.notes)
        assert max(n.end for n in bass.clip.notes) == pytest.approx(16.0)

    def test_the_bass_plays_what_the_plan_says(self, generator):
        bass = accompany(generator, melody(), 3).accompaniment[1].clip
        for chord in chords_of(generator, melody(), 3).chords:
            under = [n.pitch % 12 for n in bass.notes if chord.start <= n.start < chord.end]
            assert set(under) == {chord.bass}

    def test_voices_move_little(self):
        voicing = Voicing()
        before = voicing.chord(0, [], 127)
        for state in (5 * KINDS, 7 * KINDS + 3, 9 * KINDS + 11):
            after = voicing.chord(state, before, 127)
            assert max(abs(a - b) for a, b in zip(after, before, strict=False)) <= 4
            before = after

    def test_chords_stay_below_a_low_melody(self):
        assert max(Voicing().chord(0, [], 57)) <= 60

    def test_silence_is_answered_with_silence(self, generator):
        whole = accompany(generator, melody(()), 1)
        assert not any(t.clip.notes for t in whole.accompaniment)

    def test_the_same_seed_plays_the_same_and_another_one_something_else(self, generator):
        plans = [chords_of(generator, melody(), seed) for seed in (1, 1, 2)]
        assert plans[0] == plans[1] != plans[2]

    def test_other_keys_have_the_same_harmony(self, generator):
        plain = chords_of(generator, melody(), temperature=0.0)
        higher = chords_of(generator, melody([p + 5 for p in TUNE]), temperature=0.0)
        assert [(c.root + 5) % 12 for c in plain.chords] == [c.root for c in higher.chords]


class TestLeading:
    def test_given_chords_are_played(self, generator):
        notes = block(7, 0.0, length=4.0) + block(0, 4.0, length=2.0) + block(2, 6.0, 3, 2.0)
        lead = Track("Lead", Clip(tuple(notes)), LEADING)
        heard = chords_of(generator, melody(TUNE, lead))
        assert [c.name for c in heard.chords[:3]] == ["G", "C", "Dm"]

    def test_chords_that_are_given_by_beats_are_played_by_beats(self, generator):
        notes = block(7, 0.0, length=1.0) + block(0, 1.0, length=1.0) + block(5, 2.0, length=2.0)
        lead = Track("Lead", Clip(tuple(notes)), LEADING)
        heard = chords_of(generator, melody(TUNE, lead))
        assert [(c.start, c.name) for c in heard.chords[:3]] == [(0, "G"), (1, "C"), (2, "F")]

    def test_a_song_ends_on_the_tonic_of_the_key_that_is_set(self, generator):
        for key, name in ((1, "C"), (8, "G"), (13 + 9, "Am")):
            plans = [chords_of(generator, melody(), seed, key=float(key)) for seed in range(5)]
            assert [p.chords[-1].name for p in plans] == [name] * 5
            assert plans[0].key == key - 1

    def test_a_slow_harmony_changes_on_bar_lines_and_a_fast_one_on_beats(self, generator):
        slow = chords_of(generator, melody(), movement=-1.0)
        assert all(c.start % 4 == 0 for c in slow.chords)
        usual = chords_of(generator, melody())
        assert all(c.start % 2 == 0 for c in usual.chords)
        fast = chords_of(generator, melody(), movement=1.0)
        assert any(c.start % 2 == 1 for c in fast.chords)

    def test_colour_brings_sevenths_and_takes_them_away(self, generator):
        def plain(colour):
            plans = [chords_of(generator, melody(), seed, colour=colour) for seed in range(4)]
            return np.mean([len(c.tones) == 3 for p in plans for c in p.chords])

        assert plain(-2.0) > plain(2.0)

    def test_what_was_played_before_stays(self, generator):
        whole = accompany(generator, melody(), 1)
        later = accompany(generator, whole, 2, begin=8.0, end=16.0)
        for before, after in zip(whole.accompaniment, later.accompaniment, strict=True):
            kept = [n for n in after.clip.notes if n.start < 8.0]
            assert kept == [n for n in before.clip.notes if n.start < 8.0]

    def test_three_four_and_six_eight_have_their_own_places(self, generator):
        waltz = melody(TUNE, meter=MeterMap.constant(Meter(3, 4)))
        assert all(c.start % 3 == 0 for c in chords_of(generator, waltz).chords)
        jig = melody(TUNE, meter=MeterMap.constant(Meter(6, 8)), length=0.5)
        assert all(c.start % 1.5 == 0 for c in chords_of(generator, jig).chords)


class TestLive:
    def live(self, generator, piece, heard, begin=8.0):
        return accompany(generator, piece, 1, {HEARD: heard}, begin=begin, end=begin + 4.0)

    def test_what_is_not_heard_yet_changes_nothing(self, generator):
        other = [*TUNE[:8], 61, 70, 66, 63, 68, 61, 70, 66]
        first, second = (self.live(generator, melody(t), 8.0) for t in (TUNE, other))
        assert first.accompaniment == second.accompaniment
        assert first.accompaniment[0].clip.notes

    def test_what_is_heard_does(self, generator):
        other = [*TUNE[:4], 61, 70, 66, 63, *TUNE[8:]]
        plans = [
            [planned(generator, melody(t), s, {HEARD: 8.0}, 8.0, 16.0) for s in range(4)]
            for t in (TUNE, other)
        ]
        assert plans[0] != plans[1]

    def test_before_anything_is_heard_there_is_an_answer(self, generator):
        assert self.live(generator, melody(), 0.0, 0.0).accompaniment[1].clip.notes

    def test_live_judgments_know_nothing_of_later_notes(self):
        frames = torch.tensor([60] * 8 + [64] * 8 + [67] * 8 + [65] * 8)
        onset = (torch.arange(32) % 4 == 0).float()
        place, bar = torch.arange(32) % 16, torch.full([32], 16)
        slot = Slots()(place, bar, False)
        told = MelodyFeatures()(frames, onset, slot, place, bar)
        part = MelodyFeatures()(frames[:16], onset[:16], slot[:16], place[:16], bar[:16])
        assert torch.equal(told[0][:2, :HEARD_GROUPS], part[0][:, :HEARD_GROUPS])
        assert torch.equal(told[1][:2, :HEARD_PLAIN], part[1][:, :HEARD_PLAIN])
        net = HarmonyNet(HarmonyConfig(8, 8, 2)).eval()
        whole = net.live(*(t[None] for t in told))[0]
        assert torch.allclose(whole[:, :2], net.live(*(t[None] for t in part))[0], atol=1e-6)


class TestLearning:
    def test_labels_are_read_from_the_chord_track(self):
        found = song(lead_sheet())
        assert found is not None
        assert (found.states[:4] // 2).tolist() == [0, 0, 5, 0]
        assert set(found.kinds.tolist()) == {0}
        assert found.key == 0

    def test_without_one_they_are_heard_in_the_accompaniment(self):
        found = song(lead_sheet(role="piano"))
        assert found is not None
        assert (found.states[:4] // 2).tolist() == [0, 0, 5, 0]

    def test_every_kind_is_named_by_its_own_tones_and_bass(self):
        from models.networks.harmoniser.slots import SlotChords

        for number, kind in enumerate(CHORD_KINDS):
            tones = [48.0 + tone for tone in kind.tones] + [36.0 + kind.bass]
            rows = torch.tensor([[0.0, 2.0, pitch] for pitch in tones])
            named = int(SlotChords()(rows, torch.tensor([0.0, 2.0]))[0])
            assert CHORD_KINDS[named % KINDS] == kind, kind
            assert named // KINDS == 0
            assert MODE_OF[number] == int(3 in kind.tones)
        assert len(QUALITIES) == len({k.tones for k in CHORD_KINDS})

    def test_it_learns(self):
        torch.manual_seed(0)
        learner = make(corpus(), Compute(), OPTIONS)
        random = np.random.default_rng(0)
        before = learner.validate()
        for i in range(30):
            learner.step(random, 0.1 + 0.02 * i)
        after = learner.validate()
        assert after["loss"] < before["loss"]
        assert after["chords"] < before["chords"]
        assert after["live"] < before["live"]

    def test_padding_costs_nothing(self):
        net = HarmonyNet(HarmonyConfig(8, 8, 2)).eval()
        one, other = (song(lead_sheet(str(i), i, bars=4 * (i + 1))) for i in range(2))
        both = losses(net, collate([(one, 0, len(one)), (other, 0, len(other))]))
        apart = [losses(net, collate([(s, 0, len(s))])) for s in (one, other)]
        assert torch.allclose(both, apart[0] + apart[1], rtol=1e-4)

    def test_batches_are_crops_of_songs(self):
        songs = [song(lead_sheet(str(i), i)) for i in range(3)]
        batch = random_batch(songs, np.random.default_rng(0), 4, 8)
        assert batch.states.shape == (4, 8)
        assert int(batch.there.sum()) == 32

    def test_music_without_chords_is_refused_in_a_sentence(self):
        silent = replace(corpus(), train=(), valid=())
        with pytest.raises(ValueError, match="needs songs with chords"):
            make(silent, Compute(), OPTIONS)

    def test_a_size_of_nothing_is_refused(self):
        with pytest.raises(ValueError, match="crop_slots must be at least 1, got 0"):
            make(corpus(), Compute(), {"crop_slots": 0.0})
        with pytest.raises(ValueError, match="width must be at least 1, got 0"):
            make(corpus(), Compute(), {"width": 0.0})
