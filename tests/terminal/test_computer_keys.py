"""Single keys of the computer, read from a real pseudo-terminal."""

import os
import pty
import threading

import pytest
from patience import PATIENCE_SECONDS

from bridge.terminal.computer_keys import KEYS, ComputerKeys, legend

termios = pytest.importorskip("termios")


@pytest.fixture
def terminal(monkeypatch):
    """The far end of a terminal to type at, and the near end as a program reads it."""
    ours, theirs = pty.openpty()
    monkeypatch.setattr("os.tcgetpgrp", lambda _: os.getpgrp())
    with open(theirs, encoding="utf-8") as stream:  # noqa: PTH123 - a number, not a path
        yield ours, stream
    os.close(ours)


def test_a_key_asks_for_what_it_is_for_and_the_terminal_is_as_before_afterwards(terminal):
    ours, stream = terminal
    asked, came = [], threading.Semaphore(0)

    def ask(name, values):
        asked.append((name, values))
        came.release()

    before = termios.tcgetattr(stream.fileno())
    keys = ComputerKeys(ask, stream)
    keys.start()
    os.write(ours, b"kx?LQ")
    for _ in range(3):
        assert came.acquire(timeout=PATIENCE_SECONDS)
    keys.close()
    assert asked == [("take/keep", ("",)), ("mode", ("loop",)), ("quit", ())]
    assert termios.tcgetattr(stream.fileno()) == before


def test_what_is_no_terminal_is_left_alone(tmp_path):
    with (tmp_path / "file").open("w+") as stream:
        keys = ComputerKeys(lambda *_: pytest.fail("nobody pressed anything"), stream)
        keys.start()
        keys.close()
    assert not keys.is_there


def test_the_legend_names_every_key():
    assert all(f"{key} {word}" in legend() for key, (word, _, _) in KEYS.items())
