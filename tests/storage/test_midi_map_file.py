"""What a musician's buttons and knobs were given to do is there again at the next start."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engine.midi_map import DEFAULTS, MidiMap
from bridge.storage.midi_map_file import MidiMapFileError, default_file, load, save


@pytest.fixture
def path(tmp_path):
    return tmp_path / "continuo" / "control-changes.json"


def test_at_the_first_start_the_usual_control_changes_are_in_force(path):
    assert load(path).mapping == DEFAULTS
    assert load(path).notice == ""
    assert not path.parent.exists()


def test_what_was_learnt_and_what_was_forgotten_is_so_at_the_next_start(path):
    ccs = MidiMap(controls=["voice_leading"])
    ccs.map("voice_leading", 21, 3)
    ccs.forget("panic")
    save(ccs.mapping, path)
    again = MidiMap(load(path).mapping)
    assert again.item("voice_leading") == (21, 4)
    assert again.item("panic") == (-1, 0)
    assert again.item("generate") == (102, 0)


def test_the_file_counts_channels_as_people_do(path):
    save({"keep": (50, 0), "drop": (51, None)}, path)
    functions = json.loads(path.read_text())["functions"]
    assert functions == {"keep": {"cc": 50, "channel": 1}, "drop": {"cc": 51, "channel": None}}


@given(
    st.dictionaries(
        st.from_regex(r"\A[A-Za-z0-9_-]{1,64}\Z"),
        st.tuples(st.integers(65, 119), st.none() | st.integers(0, 15)),
        max_size=8,
    )
)
def test_every_map_is_read_back_as_it_was(tmp_path_factory, mapping):
    path = tmp_path_factory.mktemp("map") / "map.json"
    mapping = MidiMap(mapping).mapping
    save(mapping, path)
    assert load(path).mapping == mapping
    assert load(path).notice == ""


BROKEN = [
    ("", "control-changes.json cannot be used"),
    ("{", "cannot be used"),
    ("[]", "it is no map of control changes"),
    ("\udcff", "cannot be used"),
    ("[" * 100_000, "cannot be used"),
    ('{"format": 2, "functions": {}}', "its format is 2, this Continuo reads 1"),
    ('{"format": 1, "functions": {"keep": 5}}', "'keep' has no number"),
    ('{"format": 1, "functions": {"keep": {"cc": true}}}', "'keep' has no number"),
    ('{"format": 1, "functions": {"keep": {"cc": 128}}}', "range 0..127, got 128"),
    ('{"format": 1, "functions": {"keep": {"cc": 64}}}', "the sustain pedal"),
    ('{"format": 1, "functions": {"keep": {"cc": 5, "channel": 0}}}', "range 1..16, got 0"),
    ('{"format": 1, "functions": {"keep": {"cc": 5, "channel": "x"}}}', "1 to 16 or null"),
    ('{"format": 1, "functions": {"../x": {"cc": 5}}}', "'../x' is no function's name"),
    ('{"format": 1, "functions": {"keep": {"cc": 5}, "drop": {"cc": 5}}}', "'keep' has another"),
]


@pytest.mark.parametrize(("text", "words"), BROKEN, ids=[words for _, words in BROKEN])
def test_a_broken_or_foreign_file_is_named_and_never_lost(path, text, words):
    path.parent.mkdir()
    path.write_bytes(text.encode(errors="surrogateescape"))
    before = path.read_bytes()
    loaded = load(path)
    assert loaded.mapping == DEFAULTS
    assert words in loaded.notice
    assert str(path) in loaded.notice
    assert path.read_bytes() == before
    save({"keep": (50, None)}, path)
    assert load(path).mapping == {"keep": (50, None)}
    (kept,) = path.parent.glob("*.broken.json")
    assert kept.read_bytes() == before


def test_of_two_broken_files_the_newer_is_kept(path):
    path.parent.mkdir()
    for text in ("one", "two"):
        path.write_text(text)
        save({}, path)
    assert [p.read_text() for p in path.parent.glob("*.broken*.json")] == ["two"]


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "continuo").write_text("a file where the folder should be")
    with pytest.raises(MidiMapFileError, match="cannot write"):
        save(DEFAULTS, tmp_path / "continuo" / "map.json")


def test_a_folder_in_the_files_place_is_said_and_kept(path):
    path.mkdir(parents=True)
    assert "cannot read" in load(path).notice
    save({}, path)
    assert load(path).mapping == {}


def test_a_full_disk_leaves_the_map_of_before(path, monkeypatch):
    save({"keep": (50, None)}, path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(MidiMapFileError, match="no space left"):
        save({}, path)
    assert load(path).mapping == {"keep": (50, None)}
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_it_belongs_to_the_users_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert default_file().parent.name == "continuo"
    assert default_file().suffix == ".json"
