"""The page's server from its first line: it lets a browser wait before it can answer."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from jack_rig import wait_until
from patience import PATIENCE_SECONDS
from studio_rig import SERVER

pytestmark = pytest.mark.ports
# They take longer to load than all the rest together.
SLOW_TO_LOAD = ("torch", "numpy")


@pytest.fixture
def server():
    started = subprocess.Popen(SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield started
    started.kill()
    started.communicate()


def begin(server, takes, port=0):
    line = json.dumps({"port": port, "key": "k", "takes": str(takes)})
    server.stdin.write(line + "\n")
    server.stdin.flush()
    return json.loads(server.stdout.readline())


def test_who_calls_as_soon_as_it_listens_is_answered(server, tmp_path):
    port = begin(server, tmp_path)["listening"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE_SECONDS)
    with refused.value as answer:
        assert answer.code == 403  # it knows who has no key


def test_a_port_that_is_taken_is_said_and_it_ends(server, tmp_path):
    port = begin(server, tmp_path)["listening"]
    with subprocess.Popen(SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as late:
        assert "in use" in begin(late, tmp_path, port)["refused"]
        assert late.wait(PATIENCE_SECONDS) == 1


def test_a_spare_one_that_is_not_needed_ends(server):
    server.stdin.close()
    assert server.wait(PATIENCE_SECONDS) == 0
    server.stdin = None


def test_ctrl_c_is_left_to_the_bridge_the_end_of_its_input_ends_it(server, tmp_path):
    port = begin(server, tmp_path)["listening"]
    with pytest.raises(urllib.error.HTTPError) as refused:  # so it serves
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE_SECONDS)
    refused.value.close()
    server.send_signal(signal.SIGINT)
    server.stdin.close()
    server.stdin = None
    assert server.wait(PATIENCE_SECONDS) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="what a process ignores is told in /proc")
def test_a_spare_one_that_waits_leaves_ctrl_c_to_the_bridge_too(server):
    def ignored():
        status = Path(f"/proc/{server.pid}/status").read_text()
        return int(status.split("SigIgn:")[1].split()[0], 16)

    wait_until(lambda: ignored() & 1 << (signal.SIGINT - 1), PATIENCE_SECONDS, "its start")
    server.send_signal(signal.SIGINT)
    server.stdin.close()
    server.stdin = None
    assert server.wait(PATIENCE_SECONDS) == 0


def test_nothing_that_is_slow_to_load_is_between_the_command_and_the_page():
    found = f"print([m for m in {SLOW_TO_LOAD} if m in sys.modules])"
    asked = f"import sys, bridge.studio.serving; {found}"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
