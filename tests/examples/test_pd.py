"""The Pure Data patch, run by Pd without a window, against the bridge itself."""

import re
from collections import Counter

import pytest
from osc_client import OscClient
from osc_play import EXAMPLES, FIRST_LIGHT, Program, continuo_play, generated, told
from system_programs import need_program

from bridge.api.addresses import INCOMING, OUTGOING

PATCH = EXAMPLES / "continuo.pd"
PD = ("pd", "-nogui", "-noaudio", "-nomidi", "-stderr")
NOTE = r"note: (\d+) (\d+) ([\d.]+) ([\d.]+) \d+ 0"
ON, OFF = r"sounds: (\d+) [1-9]\d* (\d+)", r"sounds: (\d+) 0 (\d+)"
# Beside the patch, as a patch of the user's own would be: it prints what the patch plays.
EAR = """#N canvas 0 0 200 200 12;
#X obj 20 20 r continuo-sound;
#X obj 20 60 print sounds;
#X connect 0 0 1 0;
"""
ASKED = (
    "continuo control temperature 0.5",
    "continuo-take melody",
    "continuo-take generate",
    "continuo mode loop",
    "continuo bars zero",
    "continuo nonsense 1",
    "continuo transport/tempo 400",
    "continuo transport/start",
)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """What Pd printed while a take was made and played once round."""
    need_program("pd")
    folder = tmp_path_factory.mktemp("pd")
    (folder / "ear.pd").write_text(EAR)
    with OscClient(9) as client:
        mine = client.port  # free once this client is gone
    with continuo_play(folder) as (_, port):
        # Subscribed first, so that every answer comes here.
        asked = (f"continuo-ports {port} {mine}", f"continuo subscribe {mine}", *ASKED)
        sends = [word for text in asked for word in ("-send", text)]
        patches = ("-open", str(PATCH), "-open", "ear.pd")
        with Program((*PD, *patches, *sends), folder / "pd.log") as pd:
            count = pd.expect(r"continuo: clip end tune (\d+)")[0][0]
            pd.expect(ON, times=int(count) + 3)
            pd.expect(r"continuo: control item temperature .*")
            with OscClient(port) as another:
                another.send("take/keep", "tune")
                pd.expect(r"continuo: take tune kept")
            yield pd


def clip_of(played):
    """The first clip that came whole."""
    count = int(played.find(r"continuo: clip end tune (\d+)")[0][0])
    notes = told(played.find(NOTE)[:count])
    assert len(notes) == count
    return notes


@pytest.mark.ports
def test_pd_prints_the_notes_that_generate_writes_for_the_same_melody(played, tmp_path):
    notes = clip_of(played)
    assert len(notes) > 30
    assert notes == generated(tmp_path, FIRST_LIGHT, 80, 7, {"temperature": 0.5})


@pytest.mark.ports
def test_pd_plays_each_note_once_a_round_on_the_channel_of_its_track(played):
    notes = clip_of(played)
    channels = {int(t): int(c) for t, c in played.find(r"continuo: clip track tune (\d+) .* (\d+)")}
    once_round = played.find(ON)[: len(notes)]
    assert Counter((int(pitch), int(channel)) for pitch, channel in once_round) == Counter(
        (pitch, channels[track]) for track, pitch, _, _ in notes
    )
    # What began in the first bars has ended, too.
    assert played.find(OFF)[0][1] in {str(channel) for channel in channels.values()}


@pytest.mark.ports
def test_pd_hears_what_it_asked_for(played):
    said = played.said()
    assert "continuo: control temperature 0.5" in said
    assert "continuo: take tune kept" in said
    assert "continuo: model item bach accompany" in said
    assert played.find(r"continuo: melody set tune (\d+)") == [("15",)]
    assert played.find(r"continuo: saved tune (.*\.mid)")
    assert "connection failed" not in said
    assert "no such object" not in said


@pytest.mark.ports
def test_pd_prints_what_was_wrong_with_a_request(played):
    errors = played.find(r"continuo: error (/continuo/\w+) .*")
    assert errors == [("/continuo/bars",), ("/continuo/nonsense",)]


# -- the file --------------------------------------------------------------------------------
def test_the_patch_asks_for_what_there_is():
    names = {address.name for address in INCOMING}
    boxes = re.findall(r"#X msg \d+ \d+ ([^;]+);", PATCH.read_text())
    asked = {word for box in boxes for word in re.findall(r"(?:^|\\, )([a-z/]+)", box)}
    assert {name for name in asked if "/" in name} <= names
    assert {"status", "control", "generate", "bars", "mode", "clock", "panic"} <= asked & names
    assert {"melody/note", "take/keep", "record/start", "model/load", "transport/tempo"} <= asked


def test_the_patch_takes_what_is_said_apart_as_the_table_has_it():
    kinds = {
        address.name: [parameter.kind for parameter in address.parameters] for address in OUTGOING
    }
    taken = re.findall(r"r continuo-([\w-]+);\n#X obj \d+ \d+ unpack ([sf ]+);", PATCH.read_text())
    assert len(taken) > 12
    for name, given in taken:
        if name != "note":  # of the patch's own making
            assert given.split() == [
                "f" if kind == "i" else kind for kind in kinds[name.replace("-", "/")]
            ], name
