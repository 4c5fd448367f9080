"""The script runs on the Python of Live 11 as well: its tests pass there, without pytest."""

import os
import pathlib
import shutil
import subprocess

import pytest
from paths import RIGS
from patience import PATIENCE_SECONDS

HERE = RIGS


def python_3_7():
    """The path of a Python 3.7 that runs, or None."""
    pyenv = pathlib.Path(os.environ.get("PYENV_ROOT") or "~/.pyenv").expanduser()
    for path in (shutil.which("python3.7"), *pyenv.glob("versions/3.7.*/bin/python")):
        # pyenv's own python3.7 is there even where it only says that none is chosen.
        if (
            path
            and not subprocess.run(
                [path, "-c", ""], capture_output=True, timeout=PATIENCE_SECONDS
            ).returncode
        ):
            return path
    return None


def test_the_script_and_its_tests_pass_on_python_3_7():
    python = python_3_7()
    if python is None:
        # Debian has no package of it: where a machine has none, the syntax alone is checked.
        pytest.skip("no Python 3.7 is installed here")
    command = [python, "-W", "error", str(HERE / "live_script_runner.py")]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert run.stdout.startswith("Python 3.7.")
