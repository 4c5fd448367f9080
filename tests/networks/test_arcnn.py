"""The editor: what it is taught with, and what its instrument keeps, whatever it has learnt."""

import numpy as np
import pytest
import torch
from training_folders import tracks

from models.artifact.generator import check_rows, resolve_controls
from models.artifact.manifest import Manifest
from models.artifact.torchscript import load, save
from models.data.damage import KINDS, few_cells
from models.data.piece import Corpus, Piece
from models.music.clip import Composition
from models.networks.arcnn.controls import CONTROLS
from models.networks.arcnn.decode import Decoder
from models.networks.arcnn.generator import ArCnnGenerator
from models.networks.arcnn.learner import make
from models.networks.arcnn.net import ArCnn, ArCnnConfig
from models.networks.arcnn.roll import HOLD, PITCHES, REST, roll, tokens, window_low
from models.networks.arcnn.trust import Trust
from models.training.compute import Compute

torch.set_num_threads(1)
OPTIONS = {"batch_size": 4, "width": 8, "steps": 64}
MANIFEST = Manifest("toy", "A toy", "edit", controls=CONTROLS)


def corpus() -> Corpus:
    pieces = [Piece(str(i), Composition(tracks(i, 36)[0])) for i in range(3)]
    return Corpus((), tuple(pieces[:2]), tuple(pieces[2:]))


@pytest.fixture
def learner():
    torch.manual_seed(0)
    return make(corpus(), Compute(), OPTIONS)


@pytest.fixture
def editor():
    torch.manual_seed(0)
    return ArCnnGenerator(ArCnn(ArCnnConfig(8))).eval().requires_grad_(False)


def controls(**given):
    return resolve_controls(MANIFEST, given, beats_per_bar=4.0, bpm=100.0)


MELODY = torch.tensor(
    [[0, b, 1, p, 60 + b] for b, p in enumerate((60, 62, 64, 65, 67, 65, 64, 60))]
).float()


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS], ids=lambda kind: kind.__name__)
def test_damage_leaves_one_voice_in_order_and_without_slivers(kind):
    voice = np.array([[4.0 * i, 4.0 * i + 4, 60 + i % 5] for i in range(16)])
    for seed in range(8):
        bad = kind(voice, 64, np.random.default_rng(seed))
        assert len(bad) > 0
        assert (np.diff(bad[:, 0]) >= 0).all()
        assert (bad[:, 1] - bad[:, 0] >= 0.25 - 1e-9).all()
        assert (bad[1:, 0] >= bad[:-1, 1] - 1e-9).all()


def test_a_voice_as_tokens_says_where_notes_begin_go_on_and_are_silent():
    voice = torch.tensor([[0.0, 2.0, 60.0], [2.0, 3.0, 60.0], [4.5, 6.0, 72.0]])
    low = window_low(voice)
    assert tokens(voice, 8, low).tolist() == [
        60 - low, HOLD, 60 - low, REST, 72 - low, HOLD, REST, REST
    ]  # fmt: skip
    drawn = roll(voice, 8, low)
    assert drawn[0, :4, 60 - low].tolist() == [1, 1, 1, 0]
    assert drawn[2, 4, 72 - low] == 0.5


def test_notes_are_chosen_for_the_highest_expected_agreement():
    chance = torch.full((4, PITCHES + 2), 1e-6)
    chance[0, 10], chance[1, 11], chance[2, 12] = 0.9, 0.5, 0.1
    chance[:, HOLD] = 1 - chance[:, :PITCHES].sum(1)
    rows, begins = Decoder().onsets(chance, torch.ones(4))
    assert begins.tolist() == [True, True, False, False]
    assert rows[:2].tolist() == [10, 11]


def test_it_learns(learner):
    random = np.random.default_rng(0)
    before = learner.validate()["loss"]
    for i in range(6):
        learner.step(random, 0.1 + 0.05 * i)
    assert learner.validate()["loss"] < before


def test_its_artifact_is_fit_to_play(learner, tmp_path):
    save(learner.instrument(), MANIFEST, tmp_path / "toy.ts")
    assert load(tmp_path / "toy.ts").manifest.technique == "edit"


@pytest.mark.parametrize("keep", [1.0, 2.0])
def test_the_rhythm_is_kept_if_asked_for(editor, keep):
    made = editor(MELODY, 0.0, 8.0, controls(keep=keep), 0)
    assert made[:, 1].tolist() == MELODY[:, 1].tolist()
    if keep == 2.0:
        assert torch.sign(made[:, 3].diff()).tolist() == torch.sign(MELODY[:, 3].diff()).tolist()


PHRASE = [(0, 0.75, 60), (0.75, 0.25, 63), (1, 2, 61), (3.5, 0.5, 70)]  # in no network's style
SONG = [[0, b + 4 * i, d, p, 80] for i in range(4) for b, d, p in PHRASE]


def test_what_comes_again_comes_back_note_for_note_however_strange(editor):
    song = torch.tensor(SONG).float()
    assert editor(song, 0.0, 16.0, controls(), 0).tolist() == song.tolist()
    assert editor(song, 4.0, 8.0, controls(), 0).tolist() == song[4:8].tolist()
    for doubt in (controls(trust=0.0), controls(temperature=1.0)):
        assert editor(song, 0.0, 16.0, doubt, 0).tolist() != song.tolist()


def trust_in(rows):
    voice = torch.tensor([[4 * b, 4 * (b + d), p] for _, b, d, p, _ in rows]).float()
    return Trust()(voice, 16, 0, 128, 40)


def test_a_note_unlike_its_repeats_is_trusted_less_than_those():
    wrong = [list(row) for row in SONG]
    wrong[6][3] = 62  # a semitone beside, in the second bar
    nats = trust_in(wrong)
    assert nats[4 * 5, 61 - 40] > nats[4 * 5, 62 - 40]
    assert nats[4 * 1, 61 - 40] > nats[4 * 1, 62 - 40] + 15


def test_a_scripted_trust_is_the_same():
    voice = torch.tensor([[4 * b, 4 * (b + d), p] for _, b, d, p, _ in SONG]).float()
    scripted = torch.jit.script(Trust())(voice, 16, 0, 128, 40)
    assert torch.equal(scripted, Trust()(voice, 16, 0, 128, 40))
    assert torch.equal(scripted, trust_in(SONG))
    assert (scripted >= 15).any()


def test_damage_is_not_trusted():
    voice = np.array([[4.0 * i, 4.0 * i + 4, 60 + 2 * (i % 5)] for i in range(32)])
    bad = torch.from_numpy(few_cells(voice, 128, np.random.default_rng(3))).float()
    meant = float((Trust()(bad, 16, 0, 128, 40).amax(1) >= 15).sum()) / len(bad)
    assert meant < 0.3


def test_empty_bars_are_a_hole_to_fill():
    nats = trust_in(SONG[:8] + SONG[12:])
    assert (nats[32:48] == 0).all()
    assert nats[1, HOLD] > 0
    assert nats[12, REST] > 0


def test_who_embellishes_wants_notes_where_there_are_none(editor):
    voice = torch.tensor([[4 * b, 4 * (b + d), p, v] for _, b, d, p, v in SONG]).float()
    nats = editor.trusted(voice, 64, 40, 0, controls(embellish=1.0))
    assert nats[4].any()
    assert not nats[5].any()


def test_nothing_may_go_or_come_without_a_budget(editor):
    kept = editor(MELODY, 0.0, 8.0, controls(remove=0.0, add=0.0), 0)
    assert kept[:, 3].tolist() == MELODY[:, 3].tolist()
    assert kept[:, 4].tolist() == MELODY[:, 4].tolist()
    assert editor(MELODY, 0.0, 8.0, controls(extent=0.0), 0).tolist() == MELODY.tolist()


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[0, 0.0, 0.0, 0, 1]],
        [[0, 1.0, 4.0, 127, 127], [0, 1.0, 4.0, 0, 1], [0, 1.5, 9.0, 60, 80]],
        [[0, -3.3, 0.01, 50, 70], [0, 300.0, 2.0, 51, 70], [1, 0.0, 4.0, 48, 80]],
        [[0, 0.1 * i, 0.3, 60 + i % 3, 80] for i in range(60)],
    ],
    ids=["silence", "no length", "chord", "far away", "off the grid"],
)
def test_any_notes_have_a_valid_answer(editor, rows):
    given = torch.tensor(rows).float().view(-1, 5)
    for begin, end in ((0.0, 8.0), (1.3, 6.9), (4.0, 4.25)):
        made = editor(given, begin, end, controls(iterations=2.0), 1)
        check_rows(made.numpy(), MANIFEST, begin, end)


def test_other_voices_stay_as_they_are(editor):
    below = torch.tensor([[0, 0.0, 8.0, 40.0, 50.0]])
    made = editor(torch.cat([MELODY, below]), 0.0, 8.0, controls(), 0)
    assert [0, 0, 8, 40, 50] in made.tolist()


def test_a_melody_too_small_to_learn_from_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="needs melodies to learn from and to choose by, got 0"):
        make(Corpus((), (), corpus().valid), Compute(), OPTIONS)
