"""How long a test waits for what should come at once: only what hangs makes it wait so long.

No test asks whether something comes quickly: a busy machine is slow and not at fault. What must
be in time is judged by the witness (`bridge/bench/witness.py`), see `jack_play.Performance`.
"""

PATIENCE_SECONDS = 90.0
