"""How long a test waits for what should come at once: only what hangs makes it wait so long.

No test asks whether something comes quickly: a busy machine is slow and not at fault. What must
be in time is judged by the witness (`bridge/bench/witness.py`), see `jack_play.Performance`.
"""

import os

PATIENCE_SECONDS = 180.0
_MOST = 6.0


def stretched(seconds: float) -> float:
    """Give what these seconds are where more programs want to run than there are cores.

    Asked when the time is over: the load average is that of the last minute.
    """
    crowd = os.getloadavg()[0] / (os.cpu_count() or 1)
    return seconds * min(max(crowd, 1.0), _MOST)
