"""A band: what is played on which chords, in which section; untrained weights, tiny songs."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from models.artifact.manifest import HEARD, SECTION, TrackSpec
from models.data.piece import Corpus, Piece
from models.music.clip import DRUM_CHANNEL, Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap
from models.networks.band.learner import BandLearner, make
from models.techniques.accompany import LEADING, accompany
from models.techniques.planned import planned
from models.training.compute import Compute

torch.set_num_threads(1)
OPTIONS = {"width": 8.0, "live_width": 8.0, "layers": 2.0, "batch_size": 2.0, "crop_slots": 8.0}
FOUR = MeterMap.constant(Meter(4, 4))
TUNE = (60, 64, 67, 67, 69, 69, 67, 67, 65, 65, 64, 64, 62, 62, 60, 60)
ROOTS = (0, 0, 5, 0, 5, 0, 7, 0)
TRACKS = (
    TrackSpec("Piano", "piano", 0, 1, 48, 84),
    TrackSpec("Bass", "bass", 33, 2, 28, 55),
    TrackSpec("Drums", "drums", 0, DRUM_CHANNEL, 35, 60),
)
INTRO, A, D, FILL, BREAK, ENDING = 1, 2, 5, 6, 7, 8


def tune(bars=8, moved=0):
    notes = (Note(float(i), 1.0, TUNE[i % len(TUNE)] + moved) for i in range(4 * bars))
    return Track("Melody", Clip(tuple(notes)))


def beat(bar):
    """A beat of kick, snare and hat; every fourth bar is a fill on toms."""
    at = 4.0 * bar
    steady = [Note(at + i / 2, 0.25, 42) for i in range(8)]
    steady += [Note(at, 0.25, 36), Note(at + 1, 0.25, 38), Note(at + 3, 0.25, 38)]
    return steady + [Note(at + 2 + i / 4, 0.25, 45) for i in range(8)] * (bar % 4 == 3)


def song(name, moved=0, bars=16):
    chords = [(2.0 * i, (ROOTS[i % 8] + moved) % 12) for i in range(2 * bars)]
    comping = [
        Note(start + 0.5 * k, 0.5, 48 + root + tone)
        for start, root in chords
        for k in range(4)
        for tone in (0, 4, 7)
    ]
    bass = [Note(start, 2.0, 36 + root) for start, root in chords]
    drums = [n for bar in range(bars) for n in beat(bar)]
    parts = zip(TRACKS, (comping, bass, drums), strict=True)
    others = [Track(t.name, Clip(tuple(n)), t.role, t.program, t.channel) for t, n in parts]
    return Piece(name, Composition(tune(bars, moved), tuple(others), meter=FOUR))


def corpus():
    pieces = [song(str(i), i) for i in range(3)]
    return Corpus(TRACKS, tuple(pieces[:2]), tuple(pieces[2:]))


def resting(corpus):
    """The same songs, whose bass rests in the first half."""

    def rest(piece):
        others = [
            replace(t, clip=Clip(tuple(n for n in t.clip.notes if n.start >= 32.0)))
            if t.name == "Bass"
            else t
            for t in piece.composition.accompaniment
        ]
        return replace(piece, composition=piece.composition.with_accompaniment(others))

    train, valid = (tuple(map(rest, side)) for side in (corpus.train, corpus.valid))
    return replace(corpus, train=train, valid=valid)


def lowered(corpus):
    """The same songs with a five-string bass, each bar also down on its low C and D."""

    def low(piece):
        others = [
            replace(t, clip=Clip(tuple(replace(n, pitch=n.pitch - 14) for n in t.clip.notes)))
            if t.name == "Bass"
            else t
            for t in piece.composition.accompaniment
        ]
        return replace(piece, composition=piece.composition.with_accompaniment(others))

    tracks = tuple(replace(t, low=20) if t.name == "Bass" else t for t in corpus.tracks)
    train, valid = (tuple(map(low, side)) for side in (corpus.train, corpus.valid))
    return replace(corpus, tracks=tracks, train=train, valid=valid)


@pytest.fixture(scope="module")
def learner() -> BandLearner:
    torch.manual_seed(0)
    return make(corpus(), Compute(), OPTIONS)


@pytest.fixture(scope="module")
def generator(learner, tmp_path_factory):
    from models.artifact.torchscript import load, save
    from models.training.export import manifest_of

    path = tmp_path_factory.mktemp("band") / "band.ts"
    save(learner.instrument(), manifest_of(learner), path)
    return load(path)


def melody(*others, bars=4):
    return Composition(tune(bars), others, meter=FOUR)


def lead(*chords):
    """Chords (start, duration, pitches) as they are given by who leads."""
    notes = [Note(start, length, p) for start, length, pitches in chords for p in pitches]
    return Track("Chords", Clip(tuple(notes)), LEADING, channel=15)


def notes_of(whole, name):
    return next(t for t in whole.accompaniment if t.name == name).clip.notes


def starts(whole, name):
    return [round(n.start * 4) / 4 for n in notes_of(whole, name)]


PLAIN = {"humanise": 0.0, "temperature": 0.0}


class TestPlaying:
    def test_each_part_plays_and_drums_are_on_their_channel(self, generator):
        whole = accompany(generator, melody(), 1)
        assert [t.name for t in whole.accompaniment] == ["Piano", "Bass", "Drums"]
        assert all(t.clip.notes for t in whole.accompaniment)
        assert whole.accompaniment[2].is_drum
        assert {n.pitch for n in notes_of(whole, "Drums")} <= {36, 38, 42, 45}

    def test_the_bass_plays_the_roots_of_the_plan(self, generator):
        whole = accompany(generator, melody(), 1, PLAIN)
        plan = planned(generator, melody(), 1, PLAIN)
        for note in notes_of(whole, "Bass"):
            chord = next(c for c in plan.chords if c.start <= note.start < c.end)
            assert note.pitch % 12 in chord.tones

    def test_a_melody_that_comes_again_has_the_bars_that_it_had(self, generator):
        whole = accompany(generator, melody(bars=8), 1, PLAIN, 0.0, 32.0)
        rhythm = [[s % 4 for s in starts(whole, "Piano") if s // 4 == bar] for bar in range(8)]
        assert rhythm[:4] == rhythm[4:]

    def test_the_same_seed_plays_the_same(self, generator):
        first, second = (accompany(generator, melody(), 7) for _ in range(2))
        assert first.accompaniment == second.accompaniment

    @pytest.mark.parametrize("meter", [Meter(3, 4), Meter(6, 8), Meter(5, 4), Meter(7, 8)])
    def test_it_plays_in_meters_that_it_was_not_taught(self, generator, meter):
        piece = replace(melody(), meter=MeterMap.constant(meter))
        assert notes_of(accompany(generator, piece, 1), "Piano")

    def test_silence_stays_silent(self, generator):
        assert not notes_of(accompany(generator, Composition(Track("Melody")), 1), "Drums")


class TestChordsGiven:
    def test_bass_and_comping_play_the_chords_that_are_given(self, generator):
        given = lead((0.0, 4.0, (49, 53, 56)), (4.0, 4.0, (51, 54, 58)), (8.0, 8.0, (49, 53, 56)))
        whole = accompany(generator, melody(given), 1, PLAIN)
        for name in ("Bass", "Piano"):
            for note in notes_of(whole, name):
                tones = {3, 6, 10} if 4 <= note.start < 8 else {1, 5, 8}
                assert note.pitch % 12 in tones

    def test_a_slash_chord_has_its_bass(self, generator):
        given = lead((0.0, 16.0, (40, 48, 55, 60)))  # C over E
        whole = accompany(generator, melody(given), 1, PLAIN)
        assert {n.pitch % 12 for n in notes_of(whole, "Bass")} == {4}

    def test_chords_alone_are_enough(self, generator):
        piece = Composition(Track("Melody", Clip((), 8.0)), (lead((0.0, 8.0, (50, 54, 57))),))
        whole = accompany(generator, piece, 1, PLAIN, 0.0, 8.0)
        assert {n.pitch % 12 for n in notes_of(whole, "Bass")} == {2}
        assert notes_of(whole, "Drums")[-1].start >= 7.0

    def test_a_chord_in_the_middle_of_a_bar_changes_pitches_but_no_rhythm(self, generator):
        given = lead((0.0, 3.0, (48, 52, 55)), (3.0, 1.0, (53, 57, 60)))
        plain = accompany(generator, melody(bars=1), 1, PLAIN, 0.0, 4.0)
        led = accompany(generator, melody(given, bars=1), 1, PLAIN, 0.0, 4.0)
        assert sorted(set(starts(plain, "Piano"))) == sorted(set(starts(led, "Piano")))
        late = [n.pitch % 12 for n in notes_of(led, "Piano") if n.start >= 3]
        assert set(late) <= {5, 9, 0}


class TestSections:
    def asked(self, generator, section, begin=4.0, end=8.0, **controls):
        given = {**PLAIN, **controls, SECTION: float(section)}
        return accompany(generator, melody(), 1, given, begin, end)

    def test_a_fill_is_played_on_the_drums_up_to_the_bar_line(self, generator):
        whole = self.asked(generator, FILL, 6.0)
        assert 45 in {n.pitch for n in notes_of(whole, "Drums")}
        assert all(6.0 <= n.start < 8.0 for t in whole.accompaniment for n in t.clip.notes)

    def test_a_break_is_struck_and_silent(self, generator):
        whole = self.asked(generator, BREAK)
        assert {s for t in whole.accompaniment for s in starts(whole, t.name)} == {4.0}
        assert all(n.end < 5.0 for t in whole.accompaniment for n in t.clip.notes)

    def test_an_ending_comes_to_rest_on_one_long_chord(self, generator):
        whole = self.asked(generator, ENDING, 8.0, 16.0)
        last = [n for n in notes_of(whole, "Bass") if n.start >= 12.0]
        assert [n.start for n in last] == [12.0]
        assert last[0].end == pytest.approx(16.0)

    def test_d_is_louder_than_a(self, generator):
        loud = [
            np.mean([n.velocity for n in notes_of(self.asked(generator, s), "Piano")])
            for s in (A, D)
        ]
        assert loud[1] > loud[0] + 5

    def test_an_intro_needs_no_melody(self, generator):
        piece = Composition(Track("Melody", Clip((), 8.0)))
        whole = accompany(generator, piece, 1, {SECTION: float(INTRO), **PLAIN}, 0.0, 8.0)
        assert notes_of(whole, "Drums")


class TestAPieceThatEnds:
    """A file is a whole piece; a stretch that is asked for by its beats may go round."""

    def test_it_closes_on_a_chord_that_is_held_and_a_stroke_of_the_drums(self, generator):
        whole = accompany(generator, melody(), 1, PLAIN)
        last = planned(generator, melody(), 1, PLAIN).chords[-1]
        begun = max(last.start, 12.0)
        for name in ("Piano", "Bass"):
            held = [n for n in notes_of(whole, name) if n.end > begun + 0.01]
            assert {n.start for n in held} == {begun}
            assert [n.end for n in held] == pytest.approx([16.0] * len(held))
            assert {n.pitch % 12 for n in held} <= last.tones
        assert notes_of(whole, "Bass")[-1].pitch % 12 == last.bass
        assert notes_of(whole, "Bass")[-1].pitch <= 50
        ends = {n.pitch % 12 for n in notes_of(whole, "Piano") if n.start == begun}
        assert len(ends | {last.bass}) >= 3
        strokes = [n for n in notes_of(whole, "Drums") if n.start >= begun]
        assert {n.start for n in strokes} == {begun}
        assert 36 in {n.pitch for n in strokes}

    def test_without_a_cadence_it_stays_open(self, generator):
        whole = accompany(generator, melody(), 1, {**PLAIN, "cadence": 0.0})
        assert notes_of(whole, "Drums")[-1].start >= 15.5

    def test_a_phrase_that_goes_round_goes_on(self, generator):
        whole = accompany(generator, melody(), 1, PLAIN, 0.0, 16.0)
        assert notes_of(whole, "Drums")[-1].start >= 15.5

    def test_only_its_last_bar_closes_where_the_meter_changes(self, generator):
        meters = MeterMap(((0.0, Meter(4, 4)), (8.0, Meter(2, 4))))
        whole = accompany(generator, replace(melody(), meter=meters), 1, PLAIN)
        assert [n for n in notes_of(whole, "Drums") if 7.0 <= n.start < 8.0]

    def test_it_begins_and_ends_in_the_key_that_is_told(self, generator):
        for key in (1.0, 8.0):  # C and G major
            told = planned(generator, melody(), 1, {**PLAIN, "key": key}).chords
            scale = {(step + 7 * (key > 1)) % 12 for step in (0, 2, 4, 5, 7, 9, 11)}
            assert told[0].tones | told[-1].tones <= scale


class TestInstruments:
    def test_a_bass_is_moved_by_whole_bars_to_where_it_has_strings(self):
        from models.artifact.torchscript import LoadedGenerator
        from models.training.export import manifest_of

        learner = make(lowered(corpus()), Compute(), OPTIONS)
        generator = LoadedGenerator(manifest_of(learner), learner.instrument())
        given = lead(*((4.0 * bar, 4.0, (50, 54, 57)) for bar in range(4)))  # D
        bass = notes_of(accompany(generator, melody(given), 1, PLAIN, 0.0, 16.0), "Bass")
        assert all(28 <= n.pitch <= 67 for n in bass)
        for bar in range(4):
            line = [n.pitch for n in bass if 4 * bar <= n.start < 4 * bar + 4]
            assert max(line) - min(line) <= 12


class TestFollowing:
    def test_bar_by_bar_it_goes_on_as_one(self, generator):
        at_once = accompany(generator, melody(), 3, {HEARD: 0.0, **PLAIN}, 0.0, 16.0)
        piece = melody()
        for bar in range(4):
            begin = 4.0 * bar
            piece = accompany(generator, piece, 3, {HEARD: 0.0, **PLAIN}, begin, begin + 4.0)
        assert starts(piece, "Drums") == starts(at_once, "Drums")

    def test_swing_delays_the_second_eighth(self, generator):
        whole = accompany(generator, melody(), 1, {**PLAIN, "swing": 1.0})
        places = {round(n.start % 1, 2) for n in notes_of(whole, "Piano")}
        assert 0.67 in places
        assert 0.5 not in places


class TestRests:
    def test_a_short_phrase_has_a_bass_although_the_songs_rest_theirs_for_half(self):
        from models.artifact.torchscript import LoadedGenerator
        from models.training.export import manifest_of

        learner = make(resting(corpus()), Compute(), OPTIONS)
        generator = LoadedGenerator(manifest_of(learner), learner.instrument())
        for seed in range(6):
            assert notes_of(accompany(generator, melody(bars=2), seed), "Bass")


class TestLearning:
    def test_a_style_has_its_own_swing_and_density(self):
        options = {**OPTIONS, "swing": 1.0, "sparseness": 0.5}
        defaults = {c.name: c.default for c in make(corpus(), Compute(), options).controls()}
        assert (defaults["swing"], defaults["density"]) == (1.0, -0.5)

    def test_it_learns_and_validates(self, learner):
        random = np.random.default_rng(0)
        losses = [learner.step(random, 0.1)["match"] for _ in range(20)]
        assert losses[-1] < losses[0]
        assert np.isfinite(learner.validate()["loss"])

    def test_songs_without_accompaniment_are_no_band(self):
        silent = tuple(
            replace(p, composition=p.composition.with_accompaniment(()))
            for p in (song("a"), song("b"))
        )
        with pytest.raises(ValueError, match="the architecture band needs songs"):
            make(Corpus((), silent[:1], silent[1:]), Compute(), OPTIONS)
