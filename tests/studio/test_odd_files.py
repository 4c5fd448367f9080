"""Mutated MIDI files that are dropped on the page: each is read, or refused in a sentence."""

import json
import os
import random

import pytest
from fuzz_files import mutated, originals
from studio_rig import Page, studio

from bridge.studio.read_file import read_file
from models.errors import ContinuoError

FILES = int(os.environ.get("STUDIO_FILES", "200"))
SENT = 6
SEED = 7


def read_or_refused(path):
    """What the page gets of a file: the music, or the sentence."""
    try:
        return read_file(path, "odd.mid")
    except ContinuoError as error:
        return str(error)


def test_a_mutated_file_is_read_or_refused_in_a_sentence(tmp_path):
    chance, sources, path = random.Random(SEED), list(originals()), tmp_path / "odd.mid"
    read = 0
    for _ in range(FILES):
        path.write_bytes(mutated(chance, sources))
        found = read_or_refused(path)
        if isinstance(found, str):
            assert len(found.splitlines()) == 1
        else:
            assert json.loads(json.dumps(found, allow_nan=False))["tracks"]
            read += 1
    assert 0 < read < FILES


@pytest.mark.ports
def test_the_music_goes_on_while_they_are_dropped(tmp_path):
    chance, sources = random.Random(SEED), list(originals())
    with studio(tmp_path) as here:
        page = Page(here)
        page.picture()
        page.ask("mode", "loop")
        page.say(["/continuo/midi", 0, 0x90, 60, 90])
        page.say(["/continuo/midi", 0, 0x80, 60, 0])
        page.wait("clip/sounds")
        for _ in range(SENT):
            body = mutated(chance, sources)
            status, _, answer = here.get("/api/upload?name=odd.mid", "POST", body)
            assert status == 200 or (status == 400 and json.loads(answer)["error"])
        beat = page.wait("beat")
        assert page.wait("beat", lambda values: values != beat)
        assert here.runner.failure is None
        page.close()
