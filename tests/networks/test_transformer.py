"""The extender: how it tells a melody, and what its instrument keeps, whatever it has learnt."""

import numpy as np
import pytest
import torch
from training_folders import tracks

from models.artifact.generator import check_rows, resolve_controls
from models.artifact.manifest import Manifest
from models.artifact.torchscript import load, save
from models.data.piece import Corpus, Piece
from models.music.clip import Composition
from models.networks.transformer.controls import CONTROLS
from models.networks.transformer.events import Reader
from models.networks.transformer.generator import ExtendGenerator
from models.networks.transformer.learner import make
from models.networks.transformer.net import Melodist, TransformerConfig
from models.networks.transformer.task import joined
from models.networks.transformer.writer import Line
from models.training.compute import Compute

torch.set_num_threads(1)
SMALL = TransformerConfig(width=16, layers=2, heads=2)
OPTIONS = {"batch_size": 4, "width": 16, "layers": 1, "heads": 2}
MANIFEST = Manifest("toy", "A toy", "extend", controls=CONTROLS)
MELODY = torch.tensor(
    [[0, b, 1, p, 80] for b, p in enumerate((60, 62, 64, 65, 67, 65, 64, 60))]
).float()


def corpus() -> Corpus:
    pieces = [Piece(str(i), Composition(tracks(i, 36)[0])) for i in range(3)]
    return Corpus((), tuple(pieces[:2]), tuple(pieces[2:]))


@pytest.fixture
def extender():
    torch.manual_seed(0)
    return ExtendGenerator(Melodist(SMALL)).eval().requires_grad_(False)


def controls(beats_per_bar=4.0, **given):
    return resolve_controls(MANIFEST, given, beats_per_bar=beats_per_bar, bpm=100.0)


def test_the_memory_of_keys_and_values_changes_nothing():
    torch.manual_seed(0)
    net = Melodist(SMALL).eval()
    features = torch.randint(0, 2, (1, 9, 20))
    onset, bar = torch.arange(9)[None] * 2, torch.full((1, 9), 16)
    with torch.no_grad():
        whole, _ = net(features, onset, bar, net.empty(1))
        some, memory = net(features[:, :5], onset[:, :5], bar[:, :5], net.empty(1))
        rest, _ = net(features[:, 5:], onset, bar, memory)
    torch.testing.assert_close(torch.cat([some, rest], 1), whole, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("up", [-5, 3, 12])
def test_a_melody_is_told_in_its_own_key(up):
    reader = Reader()
    notes = torch.tensor(
        [[4 * i, 4 * i + 4, p] for i, p in enumerate((60, 64, 67, 65, 62, 59, 60))]
    )
    moved = notes + torch.tensor([0, 0, up])
    told = [
        [reader.index(int(p), reader.shift(rows)) for p in rows[:, 2]] for rows in (notes, moved)
    ]
    assert told[0] == told[1]


def test_a_short_rest_is_articulation_and_a_long_one_a_rest():
    played = np.array([[0, 3, 60], [4, 6, 62], [8, 12, 64]], float)
    assert joined(played) == [[0, 4, 60], [4, 6, 62], [8, 12, 64]]


def test_a_last_note_played_a_little_short_lets_the_next_begin_on_the_bar_line(extender):
    whole = torch.tensor([[0, 0, 4, 62, 80], [0, 4, 3.84, 60, 80]])
    assert extender.rows(whole, 0, 32)[-1] == [16, 32, 60]
    held = whole + torch.tensor([[0, 0, 0, 0, 0], [0, 0, 0.16, 0, 0]])
    for seed in range(6):
        made, longer = (extender(x, 8.0, 12.0, controls(), seed) for x in (whole, held))
        assert made.tolist() == longer.tolist()


def test_it_learns(tmp_path):
    torch.manual_seed(0)
    learner = make(corpus(), Compute(), OPTIONS)
    random = np.random.default_rng(0)
    before = learner.validate()["loss"]
    for i in range(8):
        learner.step(random, 0.1 + 0.05 * i)
    assert learner.validate()["loss"] < before
    save(learner.instrument(), MANIFEST, tmp_path / "toy.ts")
    assert load(tmp_path / "toy.ts").manifest.technique == "extend"


@pytest.mark.parametrize("bar", [2.0, 3.0, 4.0, 6.0, 3.5])
def test_it_fills_the_stretch_on_the_grid_in_one_voice(extender, bar):
    made = extender(MELODY, 8.0, 8.0 + 2 * bar, controls(bar), 3)
    assert len(made) > 0
    assert torch.equal(made[:, 1] * 4, torch.round(made[:, 1] * 4))
    ends = made[:, 1] + made[:, 2]
    assert (made[1:, 1] >= ends[:-1]).all()
    assert ends.max() <= 8.0 + 2 * bar


def test_the_same_seed_goes_on_the_same_and_another_differently(extender):
    made = [extender(MELODY, 8.0, 24.0, controls(), seed).tolist() for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


def test_no_new_note_is_longer_than_asked(extender):
    made = extender(MELODY, 8.0, 24.0, controls(longest=0.5), 0)
    assert made[:, 2].max() <= 0.5


def test_bars_that_were_played_are_left_out_if_asked_for(extender):
    writer, bar = extender.writer, [[0, 4, 60], [4, 8, 62]]
    line = Line(bar, [], 8, 24, 0, 8, 4)
    later = [[a + 8, b + 8, p] for a, b, p in bar]
    other = [[a + 16, b + 16, p + 1] for a, b, p in bar]
    tries = [[*bar, *later, *other], [*bar, *other], [*bar, *later]]
    assert [writer.repeated(one, 2, line) for one in tries] == [0.5, 0.0, 1.0]
    assert writer.fresh(tries, 2, line, 0.5) == [0, 1]
    assert writer.fresh(tries[::2], 2, line, 0.1) == [0]  # the best there is
    assert writer.fittest(tries, 2, line, 0, controls(repeats=0.0)) == 1
    assert writer.fittest(tries, 2, line, 0, controls()) == 0


def test_how_much_it_repeats_at_first_is_told_to_the_training():
    learner = make(corpus(), Compute(), {**OPTIONS, "repeats": 10.0})
    assert {c.name: c.default for c in learner.controls()}["repeats"] == 10.0


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[0, 0.0, 0.0, 0, 1]],
        [[0, 1.0, 40.0, 127, 127], [0, 1.0, 4.0, 0, 1]],
        [[0, -3.3, 0.01, 50, 70], [0, 300.0, 2.0, 51, 70], [1, 0.0, 4.0, 48, 80]],
        [[0, 0.1 * i, 0.3, 60 + i % 3, 80] for i in range(60)],
    ],
    ids=["silence", "no length", "held over", "far away", "off the grid"],
)
def test_any_notes_have_a_valid_answer(extender, rows):
    given = torch.tensor(rows).float().view(-1, 5)
    for begin, end in ((0.0, 4.0), (1.3, 6.9), (4.0, 4.25)):
        made = extender(given, begin, end, controls(tries=2.0), 1)
        check_rows(made.numpy(), MANIFEST, begin, end)


def test_what_follows_a_hole_is_heard(extender):
    after = torch.tensor([[0, 16.0, 4.0, 72.0, 80.0], [0, 20.0, 4.0, 71.0, 80.0]])
    made = extender(torch.cat([MELODY, after]), 8.0, 16.0, controls(tries=8.0), 0)
    check_rows(made.numpy(), MANIFEST, 8.0, 16.0)
    assert len(made) > 0
