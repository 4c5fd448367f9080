"""Reads a MIDI file for the page, in a process of its own: `python -P -m bridge.studio.read_file`.

Whatever a hostile file does ends with this process. It takes the file's path and title, and writes
one JSON object: the music, or `error` with a sentence.
"""

import json
import sys
from pathlib import Path
from typing import Any

from bridge.studio.page_json import MOST_NOTES, PageError, score_to_page
from models.data.melody_choice import MelodyError, choose_melody
from models.errors import ContinuoError
from models.formats.midi_read import read_score, require_notes
from models.music.score import Score

_MOST_BARS = 4_000


def read_file(path: Path, title: str) -> dict[str, Any]:
    """Read a file; ContinuoError says in a sentence why it cannot be used."""
    score = require_notes(read_score(path, MOST_NOTES), Path(title))
    if score.meter.bars(score.length) > _MOST_BARS:
        raise PageError(f"{title} is longer than {_MOST_BARS} bars")
    return score_to_page(score, Path(title).stem, _melody(score))


def _melody(score: Score) -> int:
    try:
        return choose_melody(score, None).index
    except MelodyError:
        return 0


def main(arguments: list[str]) -> int:
    """Read the file named, and write what it holds."""
    path, title = arguments
    try:
        found = read_file(Path(path), title)
    except ContinuoError as error:
        found = {"error": str(error).replace(path, title)}
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
