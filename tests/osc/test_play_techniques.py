"""Edit, extend, fill and chains over OSC, by small models: the real `continuo play`, over UDP."""

import json
from pathlib import Path

import pytest
from osc_client import OscClient
from osc_play import continuo_play
from toy_models import save_toys

pytestmark = pytest.mark.ports

TUNE = ((60, 0.0, 1.0), (45, 1.0, 1.0), (64, 4.0, 2.0), (46, 6.0, 2.0))
EDITED = [(60, 0.0), (57, 1.0), (64, 4.0), (58, 6.0)]


class Client(OscClient):
    """Sends the tune, and gathers what is told of a take."""

    def phrase(self) -> None:
        self.send("melody/begin", "tune", 8.0)
        values = [v for pitch, start, length in TUNE for v in (pitch, start, length, 80, 0)]
        self.send("melody/note", *values)
        self.send("melody/end", "tune")
        self.wait_for("melody/set")

    def take(self, take_id):
        """Wait for a take: what was told of its edit, its notes by track, where it was saved."""
        edits, names, notes, path = [], {}, {}, ""
        while not path:
            name, values = self.receive()
            if name == "error":
                pytest.fail(str(values))
            if not values or values[0] != take_id:
                continue
            if name == "edit":
                edits += [values[i : i + 4] for i in range(1, len(values), 4)]
            elif name == "clip/track":
                names[values[1]] = values[2]
            elif name == "clip/notes":
                rows = [values[i : i + 5] for i in range(3, len(values), 5)]
                notes.setdefault(names[values[1]], []).extend((r[0], r[1]) for r in rows)
            elif name == "saved":
                path = values[1]
        return edits, notes, path


def provenance(path):
    return json.loads(Path(path).with_suffix(".json").read_text())["provenance"]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("osc")
    save_toys(folder / "models")
    with continuo_play(folder, "--model", "mender") as (_, port), Client(port) as client:
        yield client


@pytest.fixture(autouse=True)
def fresh(client):
    client.send("then")
    client.wait_for("then")
    client.send("model/load", "mender")
    client.wait_for("model/loaded")
    client.phrase()


def test_an_edit_is_told_note_by_note_before_its_take(client):
    client.send("generate", "tune", 1)
    edits, notes, path = client.take("tune")
    assert edits == [
        ("removed", 45, 1.0, 1.0),
        ("added", 57, 1.0, 1.0),
        ("removed", 46, 6.0, 2.0),
        ("added", 58, 6.0, 2.0),
    ]
    assert notes == {"edited": EDITED}
    assert [row[2] for row in provenance(path)["played"]] == [60, 45, 64, 46]


def test_an_extension_is_as_long_as_was_set(client):
    client.send("extension", 2)
    assert client.wait_for("extension") == (2,)
    client.send("model/load", "goeson")
    client.wait_for("model/loaded")
    client.send("generate", "longer", 1)
    _, notes, _ = client.take("longer")
    tune = [(pitch, start) for pitch, start, _ in TUNE]
    assert notes == {"extended": [*tune, *((46, float(beat)) for beat in range(8, 16))]}


def test_some_beats_are_filled(client):
    client.send("fill", 4, 8, "hole")
    _, notes, _ = client.take("hole")
    assert notes == {"edited": [(60, 0.0), (45, 1.0), (64, 4.0), (58, 6.0)]}


def test_a_chain_is_one_take_and_each_step_lies_in_its_json(client):
    client.send("then", "heldchord", "goeson")
    assert client.wait_for("then") == ("heldchord", "goeson")
    client.send("extension", 1)
    client.send("generate", "chain", 5)
    edits, notes, path = client.take("chain")
    assert len(edits) == 4
    assert notes["extended"] == [*EDITED, *((58, float(beat)) for beat in range(8, 12))]
    assert notes["bass"] == [(48, 0.0), (48, 4.0)]
    steps = provenance(path)["steps"]
    assert [(s["model"], s["technique"], s["seed"]) for s in steps] == [
        ("mender", "edit", 5),
        ("heldchord", "accompany", 5),
        ("goeson", "extend", 5),
    ]
    assert [len(s["tracks"]) for s in steps] == [1, 4, 4]
    assert [len(s["tracks"][0]["notes"]) for s in steps] == [4, 4, 8]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (("fill", 4, 4), "fill takes beats of the phrase"),
        (("fill", 6, 12), "0 to 8"),
        (("fill", 4), "takes f begin f end"),
        (("fill", "a", "b"), "begin must be a number"),
        (("fill", -1, 4), "begin must be in range"),
        (("then", "nobody"), "no model is called 'nobody'"),
        (("mode", "follow"), "edits a phrase"),
        (("extension", 0), "bars must be in range"),
        (("extension", 10_000), "bars must be in range"),
    ],
)
def test_what_makes_no_sense_is_answered_with_a_sentence(client, message, words):
    client.send(*message)
    address, sentence = client.wait_for("error")
    assert address == f"/continuo/{message[0]}"
    assert words in sentence
