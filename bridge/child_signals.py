"""Signals in the processes that the bridge starts: theirs is the end of their input."""

import signal


def leave_signals_to_the_bridge() -> None:
    """Ignore Ctrl-C and a closed terminal, which reach the whole group: the bridge ends us."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
