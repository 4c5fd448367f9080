"""Melodies that come as files, read back as what was written, and refused with a sentence."""

import os
import threading
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import PATIENCE_SECONDS

from bridge.events import Command
from bridge.reports import NoticeReport
from bridge.storage.melody_inbox import (
    MelodyFileError,
    MelodyInbox,
    parse_melody_file,
    watch_inbox,
)
from models.music.clip import Clip, Note

TUNE = """continuo melody 1
id reaper-1
bpm 97.5
length 8
note 60 0 1.5 100 0
note 64 2 1 90 3
end
"""


def test_a_melody_is_read_as_it_was_written():
    melody = parse_melody_file(TUNE)
    clip = Clip((Note(0, 1.5, 60, 100), Note(2, 1, 64, 90)), 8.0)
    assert melody == ("reaper-1", clip, 97.5, None)


def test_the_beats_that_are_to_be_filled_are_read():
    assert parse_melody_file(TUNE.replace("note 60", "fill 1 2.5\nnote 60")).fill == (1.0, 2.5)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("continuo melody 1", "MThd", "first line"),
        ("end\n", "", "not whole"),
        ("end\n", "en", "unknown word 'en'"),
        ("id reaper-1\n", "", "no id"),
        ("id reaper-1", "id ../../x", "id must be"),
        ("id reaper-1", "id a\nid b", "second id"),
        ("bpm 97.5", "bpm nan", "bpm must be"),
        ("bpm 97.5", "bpm 0", "bpm must be"),
        ("length 8", "length 2", "more than every note's start"),
        ("length 8", "length inf", "length must be"),
        ("length 8", "length", "length takes 1, got 0"),
        ("note 60 0 1.5 100 0", "note 128 0 1 100 0", "line 5: pitch"),
        ("note 60 0 1.5 100 0", "note 60 0 1 0 0", "line 5: velocity"),
        ("note 60 0 1.5 100 0", "note 60 -1 1 9 0", "line 5: start"),
        ("note 60 0 1.5 100 0", "note 60 0 nan 9 0", "line 5: duration"),
        ("note 60 0 1.5 100 0", "note 6.5 0 1 9 0", "line 5"),
        ("note 60 0 1.5 100 0", "note 60 0 1", "note takes 5, got 3"),
        ("note 60 0 1.5 100 0\nnote 64 2 1 90 3\n", "", "no notes"),
        ("note 60 0 1.5 100 0\nnote 64 2 1 90 3\n", "note 36 0 1 90 9\n", "only drums"),
        ("note 60", "delete", "unknown word 'delete'"),
        ("note 60", "fill 4\nnote 60", "fill takes 2, got 1"),
        ("note 60", "fill 4 4\nnote 60", "fill must end after its begin"),
        ("note 60", "fill 4 9\nnote 60", "fill must be in range 0..8"),
        ("note 60", "fill x 4\nnote 60", "fill must be in range 0..8"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(old, new, reason):
    with pytest.raises(MelodyFileError, match=reason):
        parse_melody_file(TUNE.replace(old, new))


@given(st.text(max_size=400))
def test_any_text_is_a_melody_or_refused(text):
    for whole in (text, TUNE.replace("note 60 0 1.5 100 0", text)):
        with suppress(MelodyFileError):
            assert parse_melody_file(whole).clip.notes


@pytest.fixture
def inbox(tmp_path):
    """An inbox, its folder, and what it has put and told."""
    said: list[Command | NoticeReport] = []
    folder = tmp_path / "inbox"
    return MelodyInbox(tmp_path, said.append, said.append, lambda: 5.0), folder, said


def test_a_melody_becomes_the_phrase_and_a_take_is_made_of_it(inbox):
    box, folder, said = inbox
    box.look()  # no folder yet
    folder.mkdir()
    (folder / "reaper-1.melody").write_text(TUNE)
    (folder / "reaper-2.melody.tmp").write_text(TUNE)
    box.look()
    clip = parse_melody_file(TUNE).clip
    assert said == [Command(5.0, "melody/harmonise", ("reaper-1", clip, 97.5))]
    assert [path.name for path in folder.iterdir()] == ["reaper-2.melody.tmp"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_links_and_folders_are_passed_over(inbox, tmp_path):
    box, folder, said = inbox
    folder.mkdir()
    os.mkfifo(folder / "a.melody")
    (tmp_path / "mine").write_text(TUNE)
    (folder / "b.melody").symlink_to(tmp_path / "mine")
    (folder / "c.melody").mkdir()
    box.look()
    box.clear()
    assert said == []
    assert (tmp_path / "mine").read_text() == TUNE


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", TUNE[:-5].encode(), b"\n" * (2**20 + 1)])
def test_a_file_that_is_no_melody_is_answered_and_gone(inbox, data):
    box, folder, said = inbox
    folder.mkdir()
    (folder / "x.melody").write_bytes(data)
    box.look()
    [notice] = said
    assert notice.kind == "error"
    assert "x.melody is not taken" in notice.text
    assert [path.name for path in folder.iterdir()] == ["x.error"]
    assert (folder / "x.error").read_text() == f"{notice.text}\n"


def test_what_lay_there_before_is_thrown_away_and_what_comes_then_is_taken(inbox):
    box, folder, said = inbox
    folder.mkdir()
    (folder / "old.melody").write_text(TUNE)
    waits, looked = count(), threading.Event()

    def wait(closing: threading.Event, _seconds: float) -> bool:
        if next(waits):
            looked.set()
            return closing.wait(PATIENCE_SECONDS)
        (folder / "new.melody").write_text(TUNE.replace("reaper-1", "new"))
        return False

    watch = watch_inbox(box, wait)
    assert looked.wait(PATIENCE_SECONDS)
    watch.close()
    assert [command.values[0] for command in said] == ["new"]
