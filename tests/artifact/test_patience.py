"""Work is judged by the processor's time, and Ctrl-C ends the waiting for it."""

import _thread
import subprocess
import sys
import threading
import time

import pytest

from models.artifact.patience import TooLongError, within_processor_time

END = threading.Event()


def compute():
    while not END.is_set():
        pass


@pytest.fixture(autouse=True)
def free():
    END.clear()
    yield
    END.set()


def test_work_gives_its_answer_or_raises_its_fault():
    assert within_processor_time(lambda: 7, 1) == 7
    with pytest.raises(ZeroDivisionError):
        within_processor_time(lambda: 1 / 0, 1)


@pytest.mark.skipif(not hasattr(time, "pthread_getcpuclockid"), reason="no clocks of threads")
def test_who_waits_for_the_machine_is_not_ended_by_the_wall_clock():
    begun = threading.Event()
    threading.Thread(target=lambda: (begun.wait(), END.wait(0.6), END.set())).start()
    assert within_processor_time(lambda: (begun.set(), END.wait(), 7)[-1], 0.1) == 7


@pytest.mark.skipif(not hasattr(time, "pthread_getcpuclockid"), reason="no clocks of threads")
def test_work_that_ends_while_it_is_looked_at_has_its_answer(monkeypatch):
    def gone(clock):
        END.set()
        raise OSError(22, "Invalid argument")  # what the system says of a thread that has ended

    monkeypatch.setattr(time, "clock_gettime", gone)
    assert within_processor_time(lambda: (END.wait(), 7)[-1], 0.1) == 7


def test_work_without_an_end_is_given_up():
    with pytest.raises(TooLongError):
        within_processor_time(compute, 0.1)


def test_ctrl_c_ends_the_waiting():
    def work():
        _thread.interrupt_main()
        END.wait()

    with pytest.raises(KeyboardInterrupt):
        within_processor_time(work, 60)


def test_a_process_ends_though_its_model_does_not():
    script = (
        "from models.artifact.patience import *\n"
        "try:\n    within_processor_time(lambda: exec('while True: pass'), 0.1)\n"
        "except TooLongError:\n    print('given up')\n"
        "leave(2)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stdout.split()) == (2, [b"given", b"up"])
