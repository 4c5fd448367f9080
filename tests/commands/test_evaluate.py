import json
import math
from dataclasses import replace

import numpy as np
import pytest
import toy_generators
import toy_models
from click.testing import CliRunner
from midi_folders import song, write

from bridge.cli import main
from models.artifact.torchscript import load, save
from models.data.prepare import prepare
from models.evaluation.material import framed_piece, piece_frames
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track

MELODIES = (
    (72, 74, 76, 77, 79, 77, 76, 74),
    (67, 69, 71, 72, 74, 72, 71, 69),
    (71, 71, 72, 74, 74, 72, 71, 69),
    (76, 74, 72, 74, 76, 76, 76, 72),
)


def chorale(path, tune, below=(64, 60, 48)):
    voices = [tune * 2, *([p] * len(tune) * 2 for p in below)]
    tracks = [
        Track(name, Clip(tuple(Note(i, 1, p) for i, p in enumerate(voice)), 16.0), channel=c)
        for c, (name, voice) in enumerate(zip("SATB", voices, strict=True))
    ]
    write_composition(path, Composition(tracks[0], tuple(tracks[1:])))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    toy_models.save_held_chord(folder)
    save(toy_generators.Toy(), toy_generators.MANIFEST, folder / "toy.ts")
    save(toy_generators.Refusing(), toy_generators.MANIFEST, folder / "raises.ts", check=False)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    for part in ("train", "valid"):
        (folder / part).mkdir()
        for number, tune in enumerate(MELODIES):
            chorale(folder / part / f"{part}{number}.mid", tune)
    (folder / "valid" / "broken.mid").write_bytes(b"MThd")
    return folder


@pytest.fixture
def evaluate(models, monkeypatch):
    monkeypatch.setenv("CONTINUO_MODELS", str(models))
    monkeypatch.setenv("COLUMNS", "160")

    def run(*args):
        return CliRunner().invoke(main, ["evaluate", *(str(a) for a in args)])

    return run


def test_json_holds_each_figure_beside_real_music_and_naive_rivals(evaluate, data):
    result = evaluate("heldchord", "--data", data, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["model"], found["pieces"], found["seeds"]) == ("heldchord", 4, [1, 2, 3])
    assert found["data"] == data.name
    rivals = {"random-triad", "hold-tonic", "nearest-chorale", "nearest-bar", "markov"}
    assert set(found["figures"]["c2st"]) == {"model", "real", *rivals}
    assert found["figures"]["agreement"]["model"] == 1  # the very chord of the chorales
    assert found["figures"]["agreement_seen"]["model"] == 1
    assert found["figures"]["melody_kept"]["model"] == 1
    assert found["figures"]["two_seeds_identical"]["model"] == 1
    assert found["figures"]["parallel_fifths"]["real"] == 0
    assert set(found["figures"]["empty_bar_rate"].values()) == {0}
    assert found["figures"]["training_similarity"]["nearest-chorale"] == 1
    assert found["figures"]["drums_in_pattern"]["model"] is None
    assert found["generate_8_bars_ms"]["p50"] > 0
    assert [name for name in found["left_out"] if "broken.mid" in name]


def test_voices_turned_to_notes_and_back_are_the_same():
    frames = np.array([[72, 67, 64, 48]] * 3 + [[72, 67, -1, 50]] * 5)
    made = framed_piece(Composition(Track("S", Clip((Note(0, 2, 72),), 4.0))), frames)
    assert (piece_frames(made) == frames).all()


def test_the_table_names_what_was_measured(evaluate, data):
    result = evaluate("heldchord", "--data", data, "--seeds", "7", "--pieces", "3")
    assert result.exit_code == 0, result.output
    for said in ("Voice leading", "parallel fifths", "Told from real music", "nearest", "seed"):
        assert said in result.stdout
    assert "Fewer than 30 pieces" in result.stdout


def test_pictures_are_drawn_on_request(evaluate, data, tmp_path):
    pytest.importorskip("matplotlib")
    result = evaluate("heldchord", "--data", data, "--seeds", "1", "--plots", tmp_path / "pictures")
    assert result.exit_code == 0, result.output
    drawn = {p.name for p in (tmp_path / "pictures").iterdir()}
    assert drawn == {"figures.png", "distributions.png", "example.png"}


def test_without_training_pieces_there_is_less_to_compare_with(evaluate, data):
    result = evaluate("heldchord", "--data", data / "valid", "--seeds", "1", "--json")
    found = json.loads(result.stdout)["figures"]
    assert "nearest-bar" not in found["c2st"]
    assert "agreement_seen" not in found
    again = evaluate(
        *("heldchord", "--data", data / "valid", "--train", data / "train"),
        *("--seeds", "1", "--json"),
    )
    assert "nearest-bar" in json.loads(again.stdout)["figures"]["c2st"]


def test_a_model_of_other_tracks_is_measured_as_any_accompaniment(evaluate, data):
    result = evaluate("toy", "--data", data, "--set", "depth=12", "--seeds", "1,2", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["controls"] == {"depth": 12}
    assert found["figures"]["note_in_chord"]["model"] == 1  # it doubles the melody
    assert found["figures"]["dissonance"]["model"] == 0
    assert set(found["figures"]["groove"]) >= {"model", "real", "other-piece", "random-triad"}
    assert found["figures"]["two_seeds_agree"]["model"] == 1
    assert found["figures"]["training_similarity"]["real"] == 1
    assert all(
        v is None or math.isfinite(v) for sets in found["figures"].values() for v in sets.values()
    )


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("bahc", "--data", "."), "no model 'bahc'"),
        (("heldchord", "--data", "absent"), "absent is not a folder"),
        (("heldchord", "--data", "{data}", "--set", "depth=1"), "no control 'depth'"),
        (("heldchord", "--data", "{data}", "--seeds", "x"), "seeds must be whole numbers"),
        (("heldchord", "--data", "{data}", "--frames", "absent.json"), "cannot read absent.json"),
        (("heldchord", "--data", "{data}", "--train", "absent"), "absent is not a folder"),
        (("raises", "--data", "{data}"), "out of ideas"),
        (("heldchord",), "Missing option '--data'"),
    ],
)
def test_mistakes_are_said_in_a_sentence(evaluate, data, tmp_path, monkeypatch, args, said):
    monkeypatch.chdir(tmp_path)
    result = evaluate(*(a.format(data=data) for a in args))
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_without_four_voices_is_refused_with_a_reason(evaluate, tmp_path):
    solo = Track("S", Clip((Note(0, 8, 72),), 8.0))
    write_composition(tmp_path / "solo.mid", Composition(solo))
    result = evaluate("heldchord", "--data", tmp_path)
    assert result.exit_code == 2
    assert "4 voices wanted" in result.stderr


def test_pieces_of_the_same_name_in_two_books_are_each_judged_by_their_own_takes(
    evaluate, tmp_path
):
    for book, shift in (("one", 0), ("two", 5)):
        (tmp_path / book).mkdir()
        for number, tune in enumerate(MELODIES):
            moved = tuple(p + shift for p in tune)
            chorale(tmp_path / book / f"{number}.mid", moved)
    result = evaluate("heldchord", "--data", tmp_path, "--seeds", "1", "--json")
    found = json.loads(result.stdout)
    assert found["pieces"] == 8
    assert found["figures"]["melody_kept"]["model"] == 1


def test_a_damaged_file_that_claims_days_of_silence_is_left_out(evaluate, data, tmp_path):
    chorale(tmp_path / "sound.mid", MELODIES[0])
    days = Clip((Note(0, 16, 72), Note(400_000.0, 1, 72)))
    voices = [Track(n, days, channel=c) for c, n in enumerate("SATB")]
    write_composition(tmp_path / "days.mid", Composition(voices[0], tuple(voices[1:])))
    result = evaluate("heldchord", "--data", tmp_path, "--seeds", "1", "--json")
    found = json.loads(result.stdout)
    assert found["pieces"] == 1
    assert found["left_out"] == ["days.mid: it has 100001 bars, at most 4096 are taken"]


def test_of_the_folder_it_was_trained_on_a_model_is_judged_by_what_was_kept_aside(
    evaluate, tmp_path, monkeypatch
):
    monkeypatch.setattr("models.data.cache.data_folder", lambda name: tmp_path / "data" / name)
    monkeypatch.setenv("CONTINUO_MODELS", str(tmp_path / "made"))
    (tmp_path / "made").mkdir()
    own = replace(toy_generators.MANIFEST, training={"data": "songs"})
    save(toy_generators.Toy(), own, tmp_path / "made" / "toy.ts")
    for name in ("songs", "others"):
        for number in range(12):
            write(tmp_path / name / f"{number}.mid", song(number))
    kept = [p.name for p in prepare(tmp_path / "songs").valid]
    result = evaluate("toy", "--data", tmp_path / "songs", "--seeds", "1", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["pieces"] == len(kept) < 12
    assert "kept aside" in found["caution"]
    assert found["figures"]["training_similarity"]["real"] < 1
    result = evaluate("toy", "--data", tmp_path / "others", "--seeds", "1")
    assert "12 pieces" in result.stdout
    assert "If it learnt from pieces in others" in result.stdout


def test_pictures_without_matplotlib_name_the_extra(evaluate, data, tmp_path, monkeypatch):
    monkeypatch.setattr("models.evaluation.plots.find_spec", lambda name: None)
    result = evaluate("heldchord", "--data", data, "--plots", tmp_path)
    assert result.exit_code == 2
    assert "continuo[train]" in result.stderr


def test_figures_are_kept_in_the_manifest_and_the_instrument_stays_the_same(
    evaluate, data, tmp_path, monkeypatch
):
    save(toy_generators.Toy(), toy_generators.MANIFEST, tmp_path / "toy.ts")
    before = load(tmp_path / "toy.ts").manifest
    monkeypatch.setenv("CONTINUO_MODELS", str(tmp_path))
    result = evaluate("toy", "--data", data, "--seeds", "1", "--pieces", "2", "--record", "--json")
    assert result.exit_code == 0, result.output
    after = load(tmp_path / "toy.ts").manifest
    found = json.loads(result.stdout)
    assert after.evaluation["evaluated_pieces"] == found["pieces"] > 0
    rate = found["figures"]["empty_bar_rate"]["model"]
    assert after.evaluation["empty_bar_rate"] == rate
    assert after.sha256 == before.sha256
