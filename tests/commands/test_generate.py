import json
import math
import zipfile
from pathlib import Path

import mido
import pytest
import toy_generators
from click.testing import CliRunner

from bridge.cli import main
from models.artifact.torchscript import save
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap, TempoMap

TUNE = Clip(
    (
        Note(2, 1, 67, 91),
        Note(3, 0.5, 69, 40),
        Note(3.5, 0.48125, 69, 127),
        Note(4 + 1 / 480, 2.2, 72, 64),
        Note(9, 1, 71, 1),
    )
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    save(toy_generators.Toy(), toy_generators.MANIFEST, folder / "toy.ts")
    bad = {
        "nan": toy_generators.Fixed([1.0, math.nan, 1.0, 60.0, 80.0]),
        "pitch200": toy_generators.Fixed([1.0, 0.0, 1.0, 200.0, 80.0]),
        "signature": toy_generators.OtherShape(),
        "raises": toy_generators.Refusing(),
    }
    for name, module in bad.items():
        save(module, toy_generators.MANIFEST, folder / f"{name}.ts", check=False)
    (folder / "notzip.ts").write_bytes(b"MThd")
    with zipfile.ZipFile(folder / "nomanifest.ts", "w") as archive:
        archive.writestr("nomanifest/data.pkl", "")
    return folder


@pytest.fixture
def tune(tmp_path):
    return write(tmp_path / "tune.mid", TUNE, provenance={"keys": [(0, "F#m")]})


@pytest.fixture
def continuo(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("CONTINUO_MODELS", str(folder))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*args):
        return CliRunner().invoke(main, [str(a) for a in args])

    return run


def write(path, clip, **fields):
    fields = {"meter": MeterMap.constant(Meter(3, 4)), "tempo": TempoMap.constant(90), **fields}
    write_composition(path, Composition(Track("tune", clip), **fields))
    return path


def notes(track):
    """(tick, ticks, pitch, velocity) of each note, as mido reads them."""
    out, held, tick = [], {}, 0
    for message in track:
        tick += message.time
        if message.type == "note_on" and message.velocity:
            held[message.note] = (tick, message.velocity)
        elif message.type in ("note_on", "note_off"):
            start, velocity = held.pop(message.note)
            out.append((start, tick - start, message.note, velocity))
    return out


def meta(path, kind):
    return [m for track in mido.MidiFile(path).tracks for m in track if m.type == kind]


def mistaken(result):
    """The one sentence of a user's mistake."""
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_the_melody_comes_back_first_and_unchanged_to_the_tick(continuo, tune, tmp_path):
    assert continuo("generate", tune, "--model", "toy", "--out", "out").exit_code == 0
    before, after = mido.MidiFile(tune), mido.MidiFile(tmp_path / "out" / "tune.mid")
    assert after.ticks_per_beat == before.ticks_per_beat
    tracks = [t for t in after.tracks if notes(t)]
    assert [t.name for t in tracks] == ["tune", "upper", "lower"]
    assert notes(tracks[0]) == [n for t in before.tracks for n in notes(t)]
    assert sum(len(notes(t)) for t in tracks[1:]) == len(TUNE.notes)


def test_tempo_and_meter_are_those_of_the_melody(continuo, tune):
    continuo("generate", tune, "--model", "toy", "--out", "new.mid")
    for kind in ("set_tempo", "time_signature", "key_signature"):
        assert meta("new.mid", kind) == meta(tune, kind)
    assert meta("new.mid", "key_signature")[0].key == "F#m"


def test_json_is_one_object_and_nothing_else_on_standard_output(continuo, tune):
    result = continuo("generate", tune, "--model", "toy", "--seed", 3, "--out", "out", "--json")
    document = json.loads(result.stdout)
    assert list(document) == ["model", "files", "failed"]
    assert document["failed"] == []
    (entry,) = document["files"]
    first = ["input", "output", "seed", "bars", "notes", "changes", "notices", "seconds"]
    assert list(entry)[:8] == first
    assert (entry["seed"], entry["bars"]) == (3, 4)
    assert list(entry["notes"]) == ["melody", "upper", "lower"]
    assert entry["notes"]["melody"] == 5
    assert Path(entry["output"]).is_file()
    assert "the melody is track 1 'tune'" in result.stderr


def test_several_files_and_seeds_are_made_in_one_run(continuo, tune, tmp_path):
    other = write(tmp_path / "other.mid", TUNE)
    result = continuo("generate", tune, other, "--model", "toy", "--seeds", "1, 2,2", "--out", "o/")
    assert result.exit_code == 0
    made = sorted(p.name for p in (tmp_path / "o").iterdir())
    assert made == ["other-1.mid", "other-2.mid", "tune-1.mid", "tune-2.mid"]
    assert result.stdout.count("the melody is") == 2


def test_the_same_seed_gives_the_same_file(continuo, tune):
    for out in ("a.mid", "b.mid"):
        continuo("generate", tune, "--model", "toy", "--seed", 5, "--out", out)
    assert Path("a.mid").read_bytes() == Path("b.mid").read_bytes()


def test_without_out_the_result_lies_here_under_a_name_of_its_own(continuo, tune, tmp_path):
    assert continuo("generate", tune, "--model", "toy").exit_code == 0
    assert (tmp_path / "tune-toy.mid").is_file()


def test_a_control_is_heard(continuo, tune):
    continuo("generate", tune, "--model", "toy", "--set", "depth=1", "--out", "a.mid")
    pitches = {n[2] for t in mido.MidiFile("a.mid").tracks[2:] for n in notes(t)}
    assert pitches == {66, 68, 71, 70}


def test_only_the_asked_beats_are_accompanied(continuo, tune):
    args = ("--model", "toy", "--begin", 3, "--end", 4, "--json", "--out", "a.mid")
    (entry,) = json.loads(continuo("generate", tune, *args).stdout)["files"]
    assert entry["notes"]["upper"] + entry["notes"]["lower"] == 2


def test_the_melody_track_can_be_named(continuo, tmp_path):
    tracks = Composition(Track("high", TUNE), (Track("low", TUNE.transposed(-24), channel=1),))
    write_composition(tmp_path / "two.mid", tracks)
    guessed = continuo("generate", "two.mid", "--model", "toy", "--out", "a.mid")
    assert "the melody is track 1 'high', the only one that can be it" in guessed.stdout
    asked = continuo(
        "generate", "two.mid", "--model", "toy", "--out", "b.mid", "--melody-track", "low"
    )
    assert "the melody is track 2 'low', as asked" in asked.stdout
    assert mido.MidiFile("b.mid").tracks[1].name == "low"
    wrong = continuo("generate", "two.mid", "--model", "toy", "--melody-track", "9")
    assert "there is track 1 'high', track 2 'low'" in mistaken(wrong)


def test_a_bad_file_among_good_ones_is_said_and_the_others_are_made(continuo, tune, tmp_path):
    (tmp_path / "bad.mid").write_bytes(b"RIFFRAFF")
    write(tmp_path / "last.mid", TUNE)
    args = ("--model", "toy", "--seeds", "1,2", "--out", "out", "--json")
    result = continuo("generate", tune, "bad.mid", "last.mid", *args)
    assert result.exit_code == 2
    assert result.stderr.count("bad.mid") == 1
    done = [Path(f["output"]).name for f in json.loads(result.stdout)["files"]]
    assert done == ["tune-1.mid", "tune-2.mid", "last-1.mid", "last-2.mid"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"not music at all", "not a MIDI file"),
        (b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\xff\0\x90", "bad.mid"),
        (b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\4\0\xff\x2f\0", "no notes"),
    ],
    ids=["empty", "text", "cut short", "no notes"],
)
def test_a_melody_that_cannot_be_read_is_said_in_a_sentence(continuo, tmp_path, content, said):
    (tmp_path / "bad.mid").write_bytes(content)
    assert said in mistaken(continuo("generate", "bad.mid", "--model", "toy"))


def test_a_missing_file_and_a_folder_are_said_so(continuo, tmp_path):
    assert "no such file" in mistaken(continuo("generate", "none.mid", "--model", "toy"))
    assert "folder" in mistaken(continuo("generate", tmp_path, "--model", "toy"))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--model", "toi"], "no model 'toi'; did you mean toy?"),
        (["--set", "dept=3"], "no control 'dept' in toy; did you mean depth?"),
        (["--set", "depth=99"], "depth must be in 1..24, got 99"),
        (["--set", "depth=low"], "depth must be a number, got 'low'"),
        (["--set", "depth=nan"], "depth must be a finite number"),
        (["--set", "depth"], "--set must look like control=value"),
        (["--seeds", "1,x"], "seeds must be whole numbers in 0..2147483647, got 'x'"),
        (["--seed", "-1"], "got '-1'"),
        (["--seed", "1", "--seeds", "2"], "not both"),
        (["--begin", "4", "--end", "4"], "--end 4 must be later than --begin 4"),
        (["--begin", "-1"], "--begin must be a beat from 0 on, got -1"),
        (["--end", "nan"], "--end must be a beat"),
        (["--begin", "400"], "--begin 400 is past the melody, which ends at beat 12"),
        (["--begin", "100", "--end", "110"], "--begin 100 is past the melody"),
        (["--out", "tune.mid"], "tune.mid is a melody itself"),
        (["--out", "song.wav"], "--out must be a folder or end in .mid, got song.wav"),
        (["--out", "tune.mid/new"], "cannot write to the folder"),
        (["--out", "one.mid", "--seeds", "1,2"], "one file, but there are several results"),
    ],
)
def test_a_mistake_in_the_options_is_said_with_what_to_do(continuo, tune, args, said):
    model = [] if "--model" in args else ["--model", "toy"]
    assert said in mistaken(continuo("generate", "tune.mid", *model, *args))


def test_two_melodies_of_one_name_do_not_overwrite_each_other(continuo, tune, tmp_path):
    (tmp_path / "other").mkdir()
    write(tmp_path / "other" / "tune.mid", TUNE)
    result = continuo("generate", tune, "other/tune.mid", "--model", "toy", "--out", "out")
    assert "would both be written to" in mistaken(result)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("notzip", "notzip.ts: not a TorchScript archive"),
        ("nomanifest", "nomanifest.ts: no manifest in it"),
        ("signature", "forward must be"),
        ("nan", "no number"),
        ("pitch200", "pitch 0..127, got 200"),
        ("raises", "out of ideas"),
    ],
)
def test_an_artifact_that_cannot_play_is_refused_with_the_reason(continuo, tune, name, said):
    assert said in mistaken(continuo("generate", tune, "--model", name))


def test_a_model_of_one_s_own_in_place_of_a_shipped_one_is_said(
    continuo, tune, tmp_path, monkeypatch
):
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "toy.ts").write_bytes(b"never read")
    monkeypatch.setattr("models.artifact.catalogue.SHIPPED_FOLDER", shipped)
    made = continuo("generate", tune, "--model", "toy", "--out", "a.mid")
    assert f"toy.ts is used in place of {shipped / 'toy.ts'}" in made.stdout
    assert f"Your own toy is used in place of {shipped / 'toy.ts'}" in continuo("models").stdout


def test_json_names_the_files_that_failed_and_why(continuo, tune, tmp_path):
    (tmp_path / "bad.mid").write_bytes(b"no music")
    result = continuo("generate", "bad.mid", tune, "--model", "toy", "--seeds", "1,2", "--json")
    assert result.exit_code == 2
    document = json.loads(result.stdout)
    assert [f["input"] for f in document["files"]] == [str(tune)] * 2
    (failed,) = document["failed"]
    assert failed["input"] == "bad.mid"
    assert "not a MIDI file" in failed["error"]


def test_a_model_is_shown_with_its_controls_and_its_file(continuo):
    said = continuo("models", "toy").stdout
    assert "depth  1 to 24 semitones, 12 if not set" in said
    assert "toy.ts" in said
    assert "(sent as " in said
    (entry,) = json.loads(continuo("models", "toy", "--json").stdout)["models"]
    assert entry["name"] == "toy"
    assert "did you mean toy?" in mistaken(continuo("models", "toi"))
    assert "not a TorchScript archive" in mistaken(continuo("models", "notzip"))


def test_a_wrong_control_is_answered_with_the_command_that_lists_them(continuo, tune):
    wrong = continuo("generate", tune, "--model", "toy", "--set", "depth=99")
    assert "(see `continuo models toy`)" in mistaken(wrong)


def test_the_table_of_models_fits_a_terminal(continuo, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    table = [line for line in continuo("models").stdout.splitlines() if "/" not in line]
    assert max(map(len, table)) <= 80


def test_models_are_listed_with_those_that_cannot_be_used(continuo):
    result = continuo("models")
    assert result.exit_code == 0
    assert "upper, lower" in result.stdout
    assert "Cannot be used: notzip.ts: not a TorchScript archive" in result.stdout
    listed = json.loads(continuo("models", "--json").stdout)["models"]
    by_name = {m["name"]: m for m in listed}
    assert by_name["toy"]["manifest"]["controls"][0]["name"] == "depth"
    assert by_name["notzip"]["number"] is None
    numbers = [m["number"] for m in listed if m["number"]]
    assert numbers == list(range(1, len(numbers) + 1))


# -- what is left out, and what is kept --------------------------------------------------------
def song(tmp_path, *tracks, **fields):
    write_composition(tmp_path / "song.mid", Composition(tracks[0], tuple(tracks[1:]), **fields))
    return tmp_path / "song.mid"


def named_tracks(path):
    return {t.name: [n[2] for n in notes(t)] for t in mido.MidiFile(path).tracks[1:]}


CHORDS = Clip(tuple(Note(float(b), 4, p) for b in (0, 4) for p in (48, 52, 55)))


def test_other_tracks_are_named_and_left_out_or_kept(continuo, tmp_path):
    path = song(tmp_path, Track("Melody", TUNE), Track("Piano", CHORDS, "part", 0, 1))
    left = continuo("generate", path, "--model", "toy", "--out", "a.mid")
    assert (
        "the other tracks are left out (--keep-others keeps them): Piano (6 notes)" in left.stdout
    )
    assert list(named_tracks("a.mid")) == ["Melody", "upper", "lower"]
    continuo("generate", path, "--model", "toy", "--out", "b.mid", "--keep-others")
    kept = named_tracks("b.mid")
    assert sorted(kept["Piano"]) == sorted(n.pitch for n in CHORDS.notes)
    channels = [
        {m.channel for m in t if m.type == "note_on"} for t in mido.MidiFile("b.mid").tracks
    ]
    assert len(set.union(*channels)) == 4


def test_of_a_melody_in_chords_the_top_line_is_taken_and_said(continuo, tmp_path):
    path = song(tmp_path, Track("Melody", CHORDS))
    said = continuo("generate", path, "--model", "toy", "--out", "a.mid").stdout
    assert "its highest line is the melody, 4 notes below it are left out" in said
    assert named_tracks("a.mid")["Melody"] == [55, 55]
    continuo("generate", path, "--model", "toy", "--out", "b.mid", "--keep-others")
    assert sorted(named_tracks("b.mid")["Melody, below"]) == [48, 48, 52, 52]


def test_above_a_melody_in_the_cellar_the_voices_find_room(continuo, tmp_path):
    cellar = Clip(tuple(Note(float(i), 1, p) for i, p in enumerate((36, 40, 43, 47))))
    path = song(tmp_path, Track("Melody", cellar))
    said = continuo("generate", path, "--model", "toy", "--out", "a.mid").stdout
    assert "below C3 throughout: it is the bass" in said
    made = named_tracks("a.mid")
    assert made["Melody"] == [36, 40, 43, 47]
    assert min(made["upper"] + made["lower"]) > 47


def test_a_pick_up_at_the_beginning_is_played_before_the_bar_line(continuo, tmp_path):
    four = {"meter": MeterMap.constant(Meter(4, 4))}
    tune = (Note(0, 1, 62), *(Note(float(1 + i), 1, 67 + i) for i in range(7)))
    song(tmp_path, Track("Melody", Clip(tune)), **four)
    padded = write(tmp_path / "padded.mid", Clip(tune).shifted(3), **four)
    said = continuo("generate", "song.mid", "--model", "toy", "--out", "a.mid", "--pickup", 1)
    assert "the first bar begins with 3 beats of rest" in said.stdout
    continuo("generate", padded, "--model", "toy", "--out", "b.mid")
    one, other = mido.MidiFile("a.mid").tracks, mido.MidiFile("b.mid").tracks
    assert [notes(t) for t in one] == [notes(t) for t in other]
    wrong = continuo("generate", "song.mid", "--model", "toy", "--pickup", 4)
    assert "a pick-up must be in range 0..4 beats, got 4" in mistaken(wrong)


def test_a_gap_of_hours_and_an_end_beyond_music_are_refused_at_once(continuo, tune, tmp_path):
    far = Clip((*TUNE.notes, Note(4_000.0, 1, 60)))
    song(tmp_path, Track("Melody", far))
    assert "no note begins for" in mistaken(continuo("generate", "song.mid", "--model", "toy"))
    long = continuo("generate", tune, "--model", "toy", "--end", "1e9")
    assert "at most 4096" in mistaken(long)


def test_what_is_odd_in_a_file_is_said(continuo, tune, tmp_path):
    data = bytearray(tune.read_bytes())
    data[11] = 9
    (tmp_path / "odd.mid").write_bytes(data)
    said = continuo("generate", "odd.mid", "--model", "toy", "--out", "a.mid").stdout
    assert "its header says 9 tracks, it has 2" in said
