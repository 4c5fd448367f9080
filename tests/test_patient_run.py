"""Other programs are waited for by the processor's time that they use."""

import subprocess
import sys

import pytest

from bridge import patient_run
from bridge.patient_run import TooLongError, processor_seconds, run_patiently

ENDLESS = "print('so far', flush=True)\nwhile True: pass"
# Half a second of work, and much longer by the wall clock: what a busy machine makes of it.
STARVED = """
import threading, time
while time.process_time() < 0.4:
    until = time.process_time() + 0.02
    while time.process_time() < until: pass
    threading.Event().wait(0.06)
print("done")
"""

needs_proc = pytest.mark.skipif(
    processor_seconds(1) is None, reason="this system does not say how long a process worked"
)


def python(code):
    return [sys.executable, "-S", "-c", code]


def test_what_a_program_writes_comes_back_whole():
    code = "import sys; print('x' * 100_000); print('odd', file=sys.stderr); sys.exit(3)"
    done = run_patiently(python(code), 30.0)
    assert done.returncode == 3
    assert done.stdout == b"x" * 100_000 + b"\n"
    assert done.stderr == b"odd\n"


@needs_proc
def test_a_program_that_the_machine_keeps_from_working_is_waited_for():
    assert run_patiently(python(STARVED), 1.0).stdout == b"done\n"


def test_one_that_works_on_for_ever_is_ended_and_what_it_said_is_kept(monkeypatch):
    with pytest.raises(TooLongError, match="did not end") as caught:
        run_patiently(python(ENDLESS), 0.5)
    assert caught.value.stdout == b"so far\n"


@needs_proc
def test_one_that_does_nothing_is_ended_too(monkeypatch):
    monkeypatch.setattr(patient_run, "IDLE_SECONDS", 1.0)
    with pytest.raises(TooLongError, match="has done nothing"):
        run_patiently(python("import threading; threading.Event().wait()"), 30.0)


def test_where_the_system_says_nothing_the_wall_clock_has_to_do(monkeypatch):
    monkeypatch.setattr(patient_run, "processor_seconds", lambda pid: None)
    with pytest.raises(TooLongError):
        run_patiently(python(ENDLESS), 0.1)


def test_ctrl_c_leaves_no_program_behind(monkeypatch):
    started = []

    class Interrupted(subprocess.Popen):
        def communicate(self, *args, **more):
            started.append(self)
            raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_patiently(python(ENDLESS), 30.0)
    assert started[0].poll() is not None
