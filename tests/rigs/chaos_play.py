"""`continuo` whose calendar can be set from outside: `python chaos_play.py OFFSET_FILE play ...`.

The file holds the seconds by which the date and time of day are wrong, as after somebody, or a
time server, has set them. What measures intervals is another clock, which nobody sets.
"""

import sys
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from bridge.cli import main
from bridge.storage.take_store import FileTakeStore

_OFFSET = Path(sys.argv[1])


def wrong_now() -> datetime:
    """The date and time of day as they were set."""
    with suppress(OSError, ValueError, OverflowError):
        return datetime.now() + timedelta(seconds=float(_OFFSET.read_text()))
    return datetime.now()


before = FileTakeStore.__init__.__defaults__
assert before is not None
FileTakeStore.__init__.__defaults__ = (wrong_now, *before[1:])
main(sys.argv[2:])
