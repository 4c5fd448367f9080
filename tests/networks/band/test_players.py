"""What a band takes over from players: a drummer's timing, a bass that leads to the next chord."""

from dataclasses import replace

import pytest
import torch

from models.artifact.manifest import TrackSpec
from models.artifact.torchscript import load, save
from models.data.limits import Limits
from models.data.piece import Corpus, Piece
from models.data.read_piece import read_piece
from models.formats.midi_write import write_composition
from models.music.clip import DRUM_CHANNEL, Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap
from models.networks.band.learner import make
from models.techniques.accompany import LEADING, accompany
from models.training.compute import Compute
from models.training.export import manifest_of

torch.set_num_threads(1)
OPTIONS = {"width": 8.0, "live_width": 8.0, "layers": 2.0, "batch_size": 2.0, "crop_slots": 8.0}
FOUR = MeterMap.constant(Meter(4, 4))
TRACKS = (
    TrackSpec("Piano", "piano", 0, 1, 48, 84),
    TrackSpec("Bass", "bass", 32, 2, 28, 55),
    TrackSpec("Drums", "drums", 0, DRUM_CHANNEL, 35, 60),
    TrackSpec("Chords", "chords", 0, 3, 36, 70),
)
ROOTS = (0, 5, 7, 0)
LATE = 0.05
PLAIN = {"humanise": 0.0, "temperature": 0.0, "swing": 0.0}


def clips(bars):
    """A bass that goes to each root from a semitone below; drums that come late on 2 and 4."""
    bass, piano, named, drums = [], [], [], []
    for bar in range(bars):
        at, root, then = 4.0 * bar, ROOTS[bar % 4], ROOTS[(bar + 1) % 4]
        line = (36 + root, 36 + root + 4, 36 + root + 7, 36 + then - 1)
        bass += [Note(at + i, 1.0, pitch) for i, pitch in enumerate(line)]
        triad = (48 + root, 52 + root, 55 + root)
        piano += [Note(at + 1.5, 0.5, p) for p in triad]
        named += [Note(at, 4.0, p - 12) for p in triad]
        drums += [Note(at + i + LATE * (i % 2), 0.25, 38, 60 + 40 * (i % 2)) for i in range(4)]
    return piano, bass, drums, named


def composition(bars=16, moved=0):
    tune = Track("Melody", Clip(tuple(Note(float(i), 1.0, 60 + i % 5) for i in range(4 * bars))))
    parts = [
        Track(t.name, Clip(tuple(n)), t.role, t.program, t.channel)
        for t, n in zip(TRACKS, clips(bars), strict=True)
    ]
    return Composition(tune, tuple(parts), meter=FOUR)


def piece(tmp_path, name):
    write_composition(tmp_path / f"{name}.mid", composition())
    found = read_piece(tmp_path / f"{name}.mid", name, f"{name}.mid", Limits())
    assert isinstance(found, Piece)
    return found


@pytest.fixture(scope="module")
def pieces(tmp_path_factory):
    folder = tmp_path_factory.mktemp("songs")
    return [piece(folder, name) for name in "ab"]


@pytest.fixture(scope="module")
def learner(pieces):
    torch.manual_seed(0)
    sheet = pieces[0].composition
    only = [
        t if t.role == "chords" else replace(t, clip=Clip((), sheet.length))
        for t in sheet.accompaniment
    ]
    lead_sheet = Piece("sheet", sheet.with_accompaniment(only))
    corpus = Corpus(TRACKS, (pieces[0], lead_sheet), (pieces[1],))
    return make(corpus, Compute(), {**OPTIONS, "swing": 0.8})


@pytest.fixture(scope="module")
def generator(learner, tmp_path_factory):
    path = tmp_path_factory.mktemp("band") / "band.ts"
    save(learner.instrument(), manifest_of(learner), path)
    return load(path)


def played(generator, name, *others, **controls):
    tune = composition(4).melody
    whole = accompany(generator, Composition(tune, others, meter=FOUR), 1, {**PLAIN, **controls})
    return next(t for t in whole.accompaniment if t.name == name).clip.notes


def test_the_timing_of_drums_is_kept_beside_the_grid(pieces):
    drums = next(t for t in pieces[0].composition.accompaniment if t.is_drum)
    late = dict(zip([n.start % 4 for n in drums.clip.notes], pieces[0].timing, strict=True))
    assert late[0.0] == pytest.approx(0.0, abs=0.005)
    assert late[1.0] == pytest.approx(LATE, abs=0.005)


def test_drums_are_played_with_the_timing_and_loudness_of_their_player(generator):
    notes = played(generator, "Drums", humanise=0.5)
    by_beat = {round(n.start % 2): n for n in notes if n.start > 1.5}
    assert by_beat[1].start % 1 == pytest.approx(LATE, abs=0.005)
    assert min(by_beat[0].start % 1, 1 - by_beat[0].start % 1) < 0.005
    assert by_beat[1].velocity > by_beat[0].velocity + 25


def test_without_humanise_drums_are_on_the_grid(generator):
    assert {n.start % 1 for n in played(generator, "Drums")} == {0.0}


def test_a_bass_leads_to_the_next_chord_whatever_it_is(generator):
    given = [(0.0, (50, 53, 57)), (4.0, (44, 48, 51)), (8.0, (47, 51, 54)), (12.0, (50, 53, 57))]
    notes = tuple(Note(at, 4.0, p) for at, chord in given for p in chord)
    lead = Track("Chords", Clip(notes), LEADING, channel=15)
    bass = {round(n.start): n.pitch for n in played(generator, "Bass", lead)}
    for line in (4, 8, 12):
        assert bass[line - 1] == bass[line] - 1


def test_a_chord_that_was_struck_as_a_triad_gets_the_seventh_that_is_asked_for(generator):
    """Its root goes to the seventh, which the bass has; not where the melody is a semitone beside.

    Under G7 the melody sings C sharp, C and E where the chords are struck before the last bar.
    """
    notes = tuple(Note(0.0, 16.0, p) for p in (43, 47, 50, 53))
    lead = Track("Chords", Clip(notes), LEADING, channel=15)
    struck = {}
    for note in played(generator, "Piano", lead):
        if note.start < 12.0:
            struck.setdefault(note.start, set()).add(note.pitch % 12)
    with_seventh, without = {11, 2, 5}, {7, 11, 2}
    assert struck == {1.5: with_seventh, 5.5: with_seventh, 9.5: without}


def test_named_chords_are_no_part_of_the_band(learner):
    assert [t.name for t in learner.corpus.tracks] == ["Piano", "Bass", "Drums"]


def test_a_lead_sheet_teaches_the_plan_alone(learner):
    assert len(learner.train) == 2
    assert len(learner.bars) == 1


def test_a_style_has_its_own_swing(learner, generator):
    assert {c.name: c.default for c in learner.controls()}["swing"] == 0.8


def test_swing_is_a_share(pieces):
    with pytest.raises(ValueError, match="swing must be between 0 and 1, got 2"):
        make(Corpus(TRACKS, pieces[:1], pieces[1:]), Compute(), {**OPTIONS, "swing": 2.0})
