"""The page's server, a process of its own: `python -P -m bridge.studio.server`.

Standard input and output are the bridge, as lines of JSON; the first line in says where to listen.
In a thread of the bridge it would make notes late: Python runs one thread at a time.
"""

import os
import socket
import sys
import threading
import traceback

from bridge.child_signals import leave_signals_to_the_bridge
from bridge.studio.server_start import HOST, Start, tell

_BACKLOG = 128
_SWITCH_SECONDS = 0.0005  # whatever reads files gives way to what plays


class Opening(threading.Thread):
    """Listens as soon as the bridge says where, though the rest of the server still loads.

    The system lets a browser wait meanwhile.
    """

    def __init__(self) -> None:
        super().__init__(name="opening", daemon=True)
        self.found: tuple[Start, socket.socket] | None = None
        self.exit_code = 1  # unless it comes to serving

    def run(self) -> None:
        """Wait for the first line; without one this is a spare that was not needed."""
        if not (line := sys.stdin.buffer.readline()):
            os._exit(0)
        start = Start.read(line)
        try:
            listening = _listen(start.port)
        except OSError as error:
            tell({"refused": (error.strerror or str(error)).lower()})
            return
        self.found = start, listening
        tell({"listening": listening.getsockname()[1]})


def _listen(port: int) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":  # there it would let two servers have the same port
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind((HOST, port))
    found.listen(_BACKLOG)
    return found


def main() -> int:
    """Serve the page for the bridge at standard input."""
    leave_signals_to_the_bridge()
    sys.setswitchinterval(_SWITCH_SECONDS)
    opening = Opening()
    opening.start()
    try:
        from bridge.studio.serving import run  # what takes long to load
    except BaseException:  # noqa: BLE001
        # The other thread reads standard input: an ordinary end would wait for it and be aborted.
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    opening.join()
    if opening.found is None:
        return opening.exit_code
    run(*opening.found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
