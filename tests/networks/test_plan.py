"""The plan of chords under a melody, with untrained weights unless the model that ships is said."""

import numpy as np
import pytest
import torch

from models.artifact.catalogue import find
from models.artifact.generator import resolve_controls, rows_from_clips
from models.artifact.torchscript import load
from models.music.clip import Clip, Composition, Note, Track
from models.music.harmony import Chord, Harmony
from models.music.progression import read_progression
from models.music.tempo import Meter, MeterMap
from models.networks.chorale.chord_states import (
    CHORD_KINDS,
    KINDS,
    NO_CHORD,
    STATES,
    slot_chords,
    transposed,
)
from models.networks.chorale.plan_net import PlanNet
from models.networks.chorale.planner import Planner, outside_tones
from models.networks.chorale.song_plan import SongPlan
from models.networks.common.plan_field import log_partition, path_score
from models.techniques.accompany import LEADING, accompany
from models.techniques.planned import planned

torch.set_num_threads(1)
CONTROLS = {"temperature": 1.0, "movement": 0.0, "colour": 0.0, "cadence": 1.0, "key": -1.0}
TWINKLE = "C4 C4 G4 G4 A4 A4 G4: F4 F4 E4 E4 D4 D4 C4:"
MIDDLE = "G4 G4 F4 F4 E4 E4 D4: G4 G4 F4 F4 E4 E4 D4:"


def tune(text: str, transposed_by: int = 0) -> Clip:
    """Notes of a quarter, with a colon of a half."""
    pitches = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
    notes, at = [], 0.0
    for word in text.split():
        length = 2.0 if word.endswith(":") else 1.0
        pitch = pitches[word[0]] + 12 * (int(word[1]) + 1) + transposed_by
        notes.append(Note(at, length, pitch))
        at += length
    return Clip(tuple(notes), at)


def piece(clip: Clip, *others: Track) -> Composition:
    return Composition(Track("Melody", clip), others, meter=MeterMap.constant(Meter(4, 4)))


@pytest.fixture(scope="module")
def bach():
    return load(find("bach").path)


class TestChords:
    def chord(self, *pitches):
        frames = np.tile(np.array(pitches)[::-1], (4, 1))
        return int(slot_chords(frames, frames > 0, np.zeros(4, np.int64))[0])

    def named(self, state):
        kind = CHORD_KINDS[state % KINDS]
        return state // KINDS, kind.name, kind.bass

    def test_a_triad_is_told_from_its_inversions_by_the_bass(self):
        assert self.named(self.chord(48, 55, 64, 72)) == (0, "", 0)
        assert self.named(self.chord(52, 55, 60, 72)) == (0, "", 4)
        assert self.named(self.chord(50, 57, 65, 69)) == (2, "m", 0)

    def test_a_passing_tone_makes_no_seventh_of_a_triad(self):
        frames = np.array([[72, 67, 64, 48]] * 3 + [[71, 67, 64, 48]])
        state = int(slot_chords(frames, frames > 0, np.zeros(4, np.int64))[0])
        assert self.named(state) == (0, "", 0)

    def test_a_beat_of_silence_has_no_chord(self):
        frames = np.full((4, 4), -1)
        assert slot_chords(frames, frames > 0, np.zeros(4, np.int64)).tolist() == [NO_CHORD]

    def test_transposed_music_has_transposed_chords(self):
        frames = np.array([[72, 67, 64, 48]] * 4 + [[71, 67, 62, 55]] * 4)
        slots = np.repeat([0, 1], 4)
        for shift in range(-5, 7):
            moved = slot_chords(frames + shift, frames > 0, slots)
            expected = transposed(slot_chords(frames, frames > 0, slots), shift)
            assert moved.tolist() == expected.tolist()

    def test_what_plays_names_chords_as_what_teaches(self):
        random = np.random.default_rng(0)
        reader = SongPlan(PlanNet(8))
        for _ in range(60):
            frames = np.sort(random.integers(40, 75, (4, 4)))[:, ::-1].copy()
            frames[1:] = np.where(random.random((3, 4)) < 0.7, frames[0], frames[1:])
            taught = slot_chords(frames, frames > 0, np.zeros(4, np.int64))[0]
            beats = torch.zeros(4, dtype=torch.long)
            assert reader.named(torch.tensor(frames), beats, 1).tolist() == [taught]

    def test_beats_side_by_side_have_the_names_that_each_has_alone(self):
        random = np.random.default_rng(1)
        reader = SongPlan(PlanNet(8))
        frames = torch.tensor(np.sort(random.integers(40, 75, (20, 4)))[:, ::-1].copy())
        alone = [int(reader.named(beat, torch.zeros(4).long(), 1)) for beat in frames.split(4)]
        assert reader.named(frames, torch.arange(20) // 4, 5).tolist() == alone


class TestField:
    def test_the_chances_of_all_plans_are_one_in_all(self):
        torch.manual_seed(0)
        scores, table = torch.randn(1, 3, 4), torch.randn(4, 4)
        stays, there = torch.randn(1, 3), torch.ones(1, 3)
        each = torch.cartesian_prod(*[torch.arange(4)] * 3)
        total = torch.stack(
            [path_score(scores, table, stays, path[None], there)[0] for path in each]
        )
        whole = log_partition(scores, table, stays, there)
        assert whole.item() == pytest.approx(total.logsumexp(0).item(), abs=1e-4)

    def test_padding_changes_nothing(self):
        torch.manual_seed(0)
        scores, table, stays = torch.randn(1, 5, 4), torch.randn(4, 4), torch.randn(1, 5)
        short = log_partition(scores[:, :3], table, stays[:, :3], torch.ones(1, 3))
        there = torch.tensor([[1.0, 1.0, 1.0, 0.0, 0.0]])
        assert log_partition(scores, table, stays, there).item() == pytest.approx(short.item())


class TestPlanner:
    def planner(self):
        torch.manual_seed(3)
        return Planner(PlanNet(8).eval()).eval()

    def melody(self, pitches):
        pitch = torch.tensor(pitches).repeat_interleave(4)[None] - 30
        size = pitch.size(1)
        flags = torch.ones(1, size, 3)
        flags[:, :, 1] = (torch.arange(size) % 4 == 0).float()
        place = (torch.arange(size) % 16)[None]
        slot = (torch.arange(size) // 4)[None]
        return (pitch, flags, place, torch.full_like(place, 16)), slot, size // 4

    def plan(self, pitches, given=None, noise=None, closing=None, **controls):
        melody, slot, count = self.melody(pitches)
        drawn = torch.zeros(count, STATES) if noise is None else noise
        settled = given or [-1] * count
        with torch.inference_mode():
            states, keys, _ = self.planner()(
                melody, slot, count, (settled, closing or []), drawn, {**CONTROLS, **controls}
            )
        return states.tolist(), keys

    def test_a_melody_that_comes_again_takes_the_chords_that_it_had(self):
        phrase = [60, 62, 64, 65, 67, 65, 64, 62, 60, 67, 64, 62, 60, 62, 64, 60]
        torch.manual_seed(1)
        noise = -torch.log(-torch.log(torch.rand(48, STATES)))
        other = [67, 69, 71, 72, 71, 69, 67, 65, 67, 69, 71, 72, 74, 72, 71, 67]
        states, _ = self.plan([*phrase, *other, *phrase], noise=noise, cadence=0.0)
        same = sum(a == b for a, b in zip(states[:16], states[32:], strict=True))
        assert same >= 14

    def test_chords_that_were_played_stay(self):
        given = [-1, 5, -1, 40, -1, -1, -1, -1]
        states, _ = self.plan([60, 62, 64, 65, 67, 65, 64, 62], given)
        assert (states[1], states[3]) == (5, 40)

    def test_a_key_that_is_told_is_certain_and_its_tonic_ends(self):
        for key in (2, 15):
            states, keys = self.plan([62, 66, 69, 62, 65, 64, 62, 62], key=float(key), cadence=2.0)
            assert int(keys.argmax()) == key
            assert float(keys.max()) == 1
            assert states[-1] // KINDS == key % 12

    def test_slow_harmony_changes_on_bar_lines_only(self):
        states, _ = self.plan([60, 62, 64, 65, 67, 65, 64, 62], movement=-3.0, temperature=0.5)
        assert len(set(states[:4])) == 1
        assert len(set(states[4:])) == 1

    def test_a_key_knows_what_lies_outside_of_it(self):
        table = outside_tones()
        assert table[0, 0] == 0  # C major in C major
        assert table[0, 6 * KINDS] > 1  # F# major in C major
        assert 0 < table[12, 7 * KINDS] < 1  # G major in C minor


class TestTheModelThatShips:
    def test_the_key_is_found_in_every_key(self, bach):
        for shift in (-5, -2, 0, 3, 6):
            harmony = planned(bach, piece(tune(TWINKLE + MIDDLE + TWINKLE, shift)), 1)
            assert harmony.key == shift % 12

    def test_a_tune_that_ends_on_its_tonic_comes_home(self, bach):
        whole = piece(tune(f"{TWINKLE} {MIDDLE} {TWINKLE}"))
        for seed in range(4):
            made = accompany(bach, whole, seed)
            last = [max(t.clip.notes, key=lambda n: n.end).pitch for t in made.accompaniment]
            assert min(last) % 12 == 0
            assert {p % 12 for p in last} <= {0, 4, 7}

    def test_the_plan_is_told_for_the_beats_asked_for(self, bach):
        harmony = planned(bach, piece(tune(f"{TWINKLE} {MIDDLE}")), 1, None, 8.0, 16.0)
        assert harmony.chords[0].start == 8
        assert harmony.chords[-1].end == 16
        assert all(chord.name for chord in harmony.chords)

    def test_chords_that_lead_are_played(self, bach):
        names = ((0, 0, (0, 4, 7)), (4, 9, (9, 0, 4)), (8, 5, (5, 9, 0)), (12, 0, (0, 4, 7)))
        notes = [Note(at, 4, 48 + tone) for at, _, tones in names for tone in tones]
        notes += [Note(at, 4, 36 + root) for at, root, _ in names]
        lead = Track("Chords", Clip(tuple(notes), 16), LEADING)
        melody = tune("C5 C5 E4 C5 C5 A4 E4 C5 C5 A4 F4 A4 G4 G4 C5:")
        harmony = planned(bach, piece(melody, lead), 3)
        roots = {chord.start: chord.root for chord in harmony.chords}
        assert {0.0: 0, 4.0: 9, 8.0: 5, 12.0: 0}.items() <= roots.items()
        made = accompany(bach, piece(melody, lead), 3)
        low = next(t.clip for t in made.accompaniment if t.name == "Bass")
        on_bars = {n.start: n.pitch % 12 for n in low.notes if n.start % 4 == 0}
        assert on_bars == {0.0: 0, 4.0: 9, 8.0: 5, 12.0: 0}

    @pytest.mark.parametrize("names", ["C Am F G7", "Em Am B7 Em", "Csus4 C6 Fmaj7 C", "C | F C/E"])
    def test_the_voices_keep_to_chords_that_are_told_where_the_melody_allows_it(self, bach, names):
        melody = tune(f"{TWINKLE} {MIDDLE}")
        chords = tuple(read_progression(names).notes(0.0, 32.0, 0.0, MeterMap.constant(Meter())))
        made = accompany(bach, piece(melody, Track("Chords", Clip(chords, 32.0), LEADING)), 2)
        inside = total = on_bass = 0
        for beat in range(32):
            told = [n.pitch for n in chords if n.start <= beat < n.end]
            voices = [n.pitch for t in made.accompaniment[:3] for n in t.clip.notes
                      if n.start <= beat < n.end]  # fmt: skip
            sung = next(n.pitch for n in melody.notes if n.start <= beat < n.end)
            on_bass += min(voices) % 12 == min(told) % 12
            if sung % 12 in {p % 12 for p in told}:
                inside += sum(p % 12 in {q % 12 for q in told} for p in voices)
                total += len(voices)
        assert inside > 0.95 * total
        assert on_bass > 0.8 * 32

    def test_a_phrase_ends_on_a_triad_over_its_root(self, bach):
        melody = tune(f"{TWINKLE} {MIDDLE}")
        on_roots = [
            len(chord.tones) == 3 and chord.root == chord.bass
            for seed in range(6)
            for chord in planned(bach, piece(melody), seed).chords
            if any(chord.start <= beat < chord.end for beat in (6.0, 14.0, 22.0))
        ]
        assert sum(on_roots) > 0.8 * len(on_roots)

    def test_a_blues_has_its_three_chords(self, bach):
        steps = (0, 3, 5, 6, 7, 10, 7, 5, 3, 0, 0, 3, 5, 6, 7, 10, 12, 10, 7, 12, 5, 3, 0, 0)
        riff = Clip(tuple(Note(float(i), 1.0, 60 + s) for i, s in enumerate(steps * 2)), 48.0)
        chords = [c for seed in range(3) for c in planned(bach, piece(riff), seed).chords]
        time = sum(c.duration for c in chords)
        assert sum(c.duration for c in chords if c.root in (0, 5, 7)) > 0.8 * time
        assert sum(c.duration for c in chords if c.name in ("Cm", "Ab")) < 0.1 * time

    def test_while_the_end_is_not_known_nothing_comes_home(self, bach):
        rows = rows_from_clips([(0, tune("C4 D4 E4 F4 G4 A4 G4 F4"))])
        values = resolve_controls(bach.manifest, {"heard": 6.0}, 4.0, 100.0)
        assert len(bach.generate(rows, 4.0, 8.0, values, 1))


class TestHarmony:
    def test_a_chord_has_its_lead_sheet_name(self):
        assert Chord(0, 1, 2, 6, frozenset({2, 6, 9, 0})).name == "D7/F#"
        assert Harmony(key=16).key_name == "Em"

    def test_a_chord_that_goes_on_is_one(self):
        tones = frozenset({0, 4, 7})
        harmony = Harmony((Chord(0, 1, 0, 0, tones), Chord(1, 1, 0, 0, tones)))
        assert [(c.start, c.duration) for c in harmony.joined().chords] == [(0, 2)]

    def test_while_somebody_plays_the_voices_keep_to_the_planned_chords(self, bach):
        whole = piece(tune(f"{TWINKLE} {MIDDLE}"))
        inside = total = 0.0
        for seed in range(3):
            live = {"heard": 16.0}
            made = accompany(bach, whole, seed, live, begin=8.0, end=24.0)
            for chord in planned(bach, whole, seed, live, 8.0, 24.0).chords:
                for track in made.accompaniment:
                    for note in track.clip.window(chord.start, chord.end).notes:
                        total += note.duration
                        inside += note.duration * (note.pitch % 12 in chord.tones)
        assert inside > 0.9 * total
