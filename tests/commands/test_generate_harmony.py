"""`continuo generate` says the key and the chords, and takes both from the command line."""

import json

import mido
import pytest
from click.testing import CliRunner

from bridge.cli import main
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track
from models.music.key import read_key
from models.music.key_finder import melody_key
from models.music.tempo import Meter, MeterMap

MELODY = (60, 60, 67, 67, 69, 69, 67, 67, 65, 65, 64, 64, 62, 62, 60, 60)


@pytest.fixture
def tune(tmp_path):
    clip = Clip(tuple(Note(float(i), 1.0, pitch) for i, pitch in enumerate(MELODY)), 16.0)
    write_composition(tmp_path / "tune.mid", Composition(Track("Melody", clip)))
    return tmp_path / "tune.mid"


def generate(tune, *args):
    out = tune.parent / "out.mid"
    result = CliRunner().invoke(main, ["generate", str(tune), "--out", str(out), *args])
    return result, out


def test_the_key_and_the_chords_are_said_and_stand_in_the_file(tune):
    result, out = generate(tune, "--json")
    entry = json.loads(result.stdout)["files"][0]
    assert entry["key"] == "C"
    assert entry["chords"][-1][1] == "C"
    markers = [m.text for m in mido.MidiFile(out).tracks[0] if m.type == "marker"]
    assert markers == [name for _, name in entry["chords"]]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_tune_that_begins_on_its_tonic_is_opened_by_the_tonic_chord(tune, seed):
    result, _ = generate(tune, "--seed", str(seed), "--json")
    assert json.loads(result.stdout)["files"][0]["chords"][0][1] == "C"


def test_modulations_and_the_ends_of_phrases_are_said(tune):
    result, _ = generate(tune, "--json")
    entry = json.loads(result.stdout)["files"][0]
    assert entry["modulations"] == []
    assert entry["phrase_ends"] == [2, 4]
    assert "phrases end in bars 2, 4" in generate(tune)[0].output


def test_the_chords_can_be_a_track_that_leads_the_next_time(tune):
    result, out = generate(tune, "--chords-track", "--json")
    planned = json.loads(result.stdout)["files"][0]["chords"]
    assert mido.MidiFile(out).tracks[-1].name == "Chords"
    again = tune.parent / "again.mid"
    arguments = ["generate", str(out), "--chords", "track", "--out", str(again), "--json"]
    led = json.loads(CliRunner().invoke(main, arguments).stdout)["files"][0]["chords"]
    assert led == planned


def markers(path):
    return [m.text for m in mido.MidiFile(path).tracks[0] if m.type == "marker"]


def test_chord_names_of_a_file_make_way_for_those_of_its_new_harmony(tune):
    _, out = generate(tune, "--chords", "C G Am F")
    again = tune.parent / "again.mid"
    arguments = ["generate", str(out), "--chords", "C6/9 Dm7 G7 C", "--out", str(again)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert markers(again) == ["C69", "Dm7", "G7", "C"]


def test_letters_that_name_the_parts_of_a_form_stay(tune):
    file = mido.MidiFile(tune)
    for letter, ticks in (("A", 0), ("B", 1920)):
        file.tracks[0].insert(-1, mido.MetaMessage("marker", text=letter, time=ticks))
    file.save(tune)
    _, out = generate(tune, "--chords", "C Dm G7 C")
    assert sorted(markers(out)) == sorted(["A", "B", "C", "Dm", "G7", "C"])


def test_a_model_without_a_plan_has_the_chords_that_sound(tune):
    result, _ = generate(tune, "--model", "bach-gan", "--json")
    entry = json.loads(result.stdout)["files"][0]
    assert entry["key"] == "C"
    assert len(entry["chords"]) > 4


def test_strokes_are_bars_and_a_flat_is_a_flat(tune):
    result, _ = generate(tune, "--chords", "C | F Bb | C | G7/D C", "--json")
    chords = {beat: name for beat, name in json.loads(result.stdout)["files"][0]["chords"]}
    assert chords[6.0].startswith("Bb")


def test_a_key_can_be_told(tune):
    result, _ = generate(tune, "--key", "Am", "--json")
    entry = json.loads(result.stdout)["files"][0]
    assert (entry["key"], entry["key_certainty"]) == ("Am", 1)
    assert "in Am (as told)" in generate(tune, "--key", "Am")[0].output


def test_how_sure_a_key_is_tells_who_found_it_and_not_who_was_told_it(tmp_path):
    pitches = (62, 65, 69, 67, 65, 64, 62, 69) * 4
    clip = Clip(tuple(Note(float(i), 1.0, pitch) for i, pitch in enumerate(pitches)), 32.0)
    write_composition(tmp_path / "tune.mid", Composition(Track("Melody", clip)))
    result, _ = generate(tmp_path / "tune.mid", "--json")
    _, certainty = melody_key(clip, MeterMap.constant(Meter()))
    assert 0.4 < certainty < 0.995
    assert json.loads(result.stdout)["files"][0]["key_certainty"] == round(certainty, 3)


def test_chords_by_name_lead_a_bar_each(tune):
    result, _ = generate(tune, "--chords", "C F C G7", "--json")
    chords = {beat: name for beat, name in json.loads(result.stdout)["files"][0]["chords"]}
    assert [chords[beat].split("/")[0] for beat in (0, 4, 8, 12)] == ["C", "F", "C", "G7"]


def test_chords_lead_on_where_the_melody_is_extended(tune):
    chain = ("--model", "bach-extend", "--bars", "2", "--then", "bach")
    result, _ = generate(tune, *chain, "--chords", "C F C G7 Am D", "--json")
    chords = {beat: name for beat, name in json.loads(result.stdout)["files"][0]["chords"]}
    assert [chords[beat].split("/")[0] for beat in (12, 16, 20)] == ["G7", "Am", "D"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--chords", "C Fnord"), "'Fnord' is no chord"),
        (("--chords", "track"), "no track is named Chords"),
        (("--key", "H"), "(the German H is B)"),
        (("--key", "X"), "--key must be a note from A to G"),
        (("--model", "bach-gan", "--key", "C"), "cannot be told a key"),
        (("--model", "bach-gan", "--chords", "C"), "hears no chords"),
    ],
)
def test_what_cannot_be_led_is_said_in_a_sentence(tune, args, said):
    result, _ = generate(tune, *args)
    assert result.exit_code == 2
    assert said in result.output


def test_keys_are_read_as_musicians_write_them():
    assert read_key("F#m") == (6, True)
    assert read_key("Bb major") == (10, False)
    assert read_key("e minor") == (4, True)
    assert read_key("X") is None


@pytest.mark.parametrize("chords", [(), ("--chords", "C F C G7")])
def test_the_voices_lie_below_the_melody_whoever_chooses_the_chords(tune, chords):
    _, out = generate(tune, *chords)
    pitches = [
        [m.note for m in track if m.type == "note_on" and m.velocity]
        for track in mido.MidiFile(out).tracks
    ]
    melody, *voices = [track for track in pitches if track]
    assert all(sum(v) / len(v) < sum(melody) / len(melody) for v in voices)


def test_of_a_long_piece_only_the_first_ends_of_phrases_are_said(tmp_path):
    notes = (Note(16.0 * k + i, 1.0, p) for k in range(24) for i, p in enumerate(MELODY))
    path = tmp_path / "long.mid"
    write_composition(path, Composition(Track("Melody", Clip(tuple(notes), 384.0))))
    result, _ = generate(path, "--model", "song-piano")
    ends = result.output.split("phrases end in bars ")[1].split(": ")[0]
    assert ends.endswith(" ...")
    assert len(ends.split(", ")) == 16
