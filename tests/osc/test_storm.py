"""A hundred thousand bad packets while a loop plays: the music does not notice."""

import json
import subprocess
import sys

import pytest
from paths import RIGS
from patience import PATIENCE_SECONDS

pytestmark = pytest.mark.ports

PACKETS = 100_000
# In a process of its own, as `continuo play` is: this one has torch and many tests in it.
WEATHER = RIGS / "storm_run.py"
TRIES = 5  # this machine may stand still for everybody but the witness
MOST_LATE = 0.01  # of the best of them; with a load of 20 on two cores most had none


def storm(seed: int) -> dict:
    run = [sys.executable, str(WEATHER), str(seed), str(PACKETS)]
    done = subprocess.run(
        run, capture_output=True, text=True, timeout=10 * PATIENCE_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_no_note_is_late_in_a_storm_but_with_the_witness_and_none_hangs():
    shares = []
    for seed in range(TRIES):
        found = storm(seed)
        assert found["hanging_notes"] == 0
        assert found["faults"] > PACKETS / 4
        assert found["notes"] > 300
        shares.append(found["late_notes"] / found["notes"])
        if not found["late_notes"]:
            return
    assert min(shares) <= MOST_LATE, shares
