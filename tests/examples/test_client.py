"""The Python client against the bridge itself; and that no example calls what is not there."""

import re
import sys

import pytest
from osc_play import EXAMPLES, Program, continuo_play, generated, told
from patience import PATIENCE_SECONDS

from bridge.api.addresses import INCOMING, OUTGOING

pytestmark = pytest.mark.ports

TWO_BARS = ((67, 0, 1), (69, 1, 1), (71, 2, 1), (74, 3, 1), (72, 4, 1), (71, 5, 1), (69, 6, 2))
NOTE = r"track (\d+) pitch (\d+) start ([\d.]+) duration ([\d.]+)"
KNOWN = {address.path for address in (*INCOMING, *OUTGOING)}


def test_twenty_lines_of_python_get_the_accompaniment_that_generate_writes(tmp_path):
    with continuo_play(tmp_path) as (_, port):
        command = (sys.executable, str(EXAMPLES / "client.py"), str(port))
        with Program(command, tmp_path / "client.log") as client:
            assert client.process.wait(PATIENCE_SECONDS) == 0, client.said()
            assert told(client.find(NOTE)) == generated(tmp_path, TWO_BARS, 80, seed=7)


@pytest.mark.parametrize(
    "name", ["client.py", "continuo.scd", "continuo.pd", "continuo.rb", "continuo.tidal"]
)
def test_examples_use_addresses_that_there_are(name):
    text = (EXAMPLES / name).read_text()
    # Tidal fills in what stands in braces.
    named = {path for path in re.findall(r"/continuo/[a-z/{}]+", text) if "{" not in path}
    assert named <= KNOWN


def test_what_supercollider_sends_and_hears_is_in_the_table():
    text = (EXAMPLES / "continuo.scd").read_text()
    sent = set(re.findall(r"send\(\\(\w+)", text)) | set(re.findall(r"send\('([\w/]+)'", text))
    heard = set(re.findall(r"hear\(\\(\w+)", text)) | set(re.findall(r"hear\('([\w/]+)'", text))
    assert {"subscribe", "melody/note", "generate", "take/next"} <= sent
    assert sent <= {address.name for address in INCOMING}
    assert {"clip/begin", "clip/notes", "error"} <= heard
    assert heard <= {address.name for address in OUTGOING}
