"""A minute of chaos, and some odd messages and files: the short runs of the long rigs."""

import json
import subprocess
import sys

import pytest
from jack_rig import jack_rig
from paths import RIGS
from tiny_disk import tiny_disk


def run(script, *words):
    done = subprocess.run(
        [sys.executable, str(RIGS / script), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.fixture
def needs_jack_and_root(tmp_path):
    """Skip, with the reason, where these rigs cannot be set up."""
    with tiny_disk(tmp_path / "disk"), jack_rig(tmp_path):
        pass


@pytest.mark.slow
@pytest.mark.ports
def test_nothing_hangs_and_nothing_is_lost_in_a_minute_of_chaos(needs_jack_and_root):
    run("chaos.py", "--minutes", "1")


@pytest.mark.slow
@pytest.mark.ports
def test_odd_messages_do_no_harm_to_a_loop(needs_jack_and_root):
    run("fuzz_ports.py", "2000", "1", "500", "--any-lateness")


def test_odd_files_are_used_or_refused_in_a_sentence():
    (found,) = run("fuzz_files.py", "600")
    assert found["used"] > 100
    assert found["refused"] > 100
    assert found["pieces"] > 50


@pytest.mark.slow
def test_an_hour_of_follow_and_loop_leaves_nothing_behind():
    follow, loop = run("endurance.py", "--hours", "1")
    assert follow["notes"] > 1000
    assert loop["notes"] > 1000
