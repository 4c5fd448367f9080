"""Writes the Pure Data patch: `python -m tools.pd_patch [FILE]`."""

import sys
from pathlib import Path

from tools.pd_patch.music import chunks, drawing, player, store, take
from tools.pd_patch.panel import panel
from tools.pd_patch.parts import begin, controls, hear, link, log, models, network, show

FILE = Path(__file__).resolve().parents[2] / "examples" / "continuo.pd"


def patch() -> str:
    """Give the whole patch as Pd keeps it in a file."""
    c = panel()
    inside = (network, hear, link, show, models, controls, take, chunks, store, player, drawing)
    c.note(10, 700, "inside:")
    for i, part in enumerate((*inside, log, begin)):
        c.sub(80 + 125 * (i % 7), 700 + 24 * (i // 7), part.__name__, part())
    return "\n".join(c.lines) + "\n"


if __name__ == "__main__":
    (Path(sys.argv[1]) if sys.argv[1:] else FILE).write_text(patch())
