"""A model that is put into the folder while Continuo plays is a program change without restart."""

import json
import os
from dataclasses import replace
from queue import SimpleQueue

import pytest
from manifests import GOOD, write_archive
from patience import PATIENCE_SECONDS

from bridge.events import ModelsChanged
from bridge.storage import model_watch
from bridge.storage.model_watch import ModelScan, usable, watch_models


@pytest.fixture
def shipped(tmp_path):
    folder = tmp_path / "shipped"
    folder.mkdir()
    put(folder, "bach")
    return folder


@pytest.fixture
def own(tmp_path):
    return tmp_path / "own"


@pytest.fixture
def look(shipped, own):
    """Has looked already: what there was at the start is known."""
    look = ModelScan(usable([shipped, own]), [shipped, own])
    assert look.look() is None
    return look


def put(folder, name, **changes):
    folder.mkdir(exist_ok=True)
    manifest = replace(GOOD, name=name, **changes)
    # As Continuo saves: written beside it, then renamed.
    content = json.dumps(manifest.to_dict())
    write_archive(folder / "new", content, f"{name}/extra/continuo.json").replace(
        folder / f"{name}.ts"
    )


def names(look, looks=2):
    """What is told within so many looks, at most once."""
    (found,) = [found for found in (look.look() for _ in range(looks)) if found is not None]
    return [manifest.name for manifest in found]


def test_a_new_model_comes_after_the_default_in_the_order_of_program_changes(look, own):
    put(own, "waltz")
    assert names(look) == ["bach", "waltz"]
    put(own, "Aria")
    assert names(look) == ["bach", "Aria", "waltz"]


def test_a_model_that_goes_is_told_too(look, own):
    put(own, "waltz")
    names(look)
    (own / "waltz.ts").unlink()
    assert names(look) == ["bach"]


def test_a_model_that_was_trained_again_is_a_change(look, own):
    put(own, "waltz")
    names(look)
    put(own, "waltz", sha256="1" * 64)
    assert names(look) == ["bach", "waltz"]


def test_what_came_between_the_start_and_the_first_look_is_told_at_once(shipped, own):
    known = usable([shipped, own])
    put(own, "waltz")
    assert names(ModelScan(known, [shipped, own]), looks=1) == ["bach", "waltz"]


def test_a_file_that_is_still_being_copied_takes_no_model_away(look, own):
    put(own, "waltz")
    names(look)
    whole = (own / "waltz.ts").read_bytes()
    for length in (10, 100, 200):
        (own / "waltz.ts").write_bytes(whole[:length])
        assert look.look() is None
    (own / "waltz.ts").write_bytes(whole)
    assert [look.look() for _ in range(5)] == [None] * 5


def test_a_broken_file_is_no_program_change(look, own):
    own.mkdir()
    (own / "broken.ts").write_text("not a model")
    assert [look.look() for _ in range(5)] == [None] * 5


def test_other_files_in_the_folder_are_no_business_of_ours(look, own, monkeypatch):
    own.mkdir()
    monkeypatch.setattr(model_watch, "list_models", pytest.fail)
    for name in ("notes.txt", ".waltz.ts", "waltz.ts.tmp"):
        (own / name).write_text("")
    assert [look.look() for _ in range(5)] == [None] * 5


def test_no_file_is_opened_while_nothing_changes(look, monkeypatch):
    monkeypatch.setattr(model_watch, "list_models", pytest.fail)
    assert [look.look() for _ in range(5)] == [None] * 5


@pytest.mark.parametrize("error", [PermissionError(13, "denied"), ValueError(), RecursionError()])
def test_a_folder_that_cannot_be_read_for_a_while_is_read_afterwards(look, own, error):
    put(own, "waltz")
    with pytest.MonkeyPatch.context() as patch:

        def refuse(*_):
            raise error

        patch.setattr(model_watch, "list_models", refuse)
        assert [look.look() for _ in range(3)] == [None] * 3
        patch.setattr("os.scandir", refuse)
        assert look.look() is None
    assert names(look) == ["bach", "waltz"]


@pytest.mark.skipif(os.name == "nt", reason="Windows lets few people make links")
def test_links_to_nowhere_and_files_in_a_folders_place_do_no_harm(look, own):
    own.mkdir()
    (own / "gone.ts").symlink_to(own / "nowhere")
    assert [look.look() for _ in range(3)] == [None] * 3
    (own / "gone.ts").unlink()
    own.rmdir()
    own.write_text("")
    assert [look.look() for _ in range(3)] == [None] * 3


# -- the thread --------------------------------------------------------------------------------
class Turns:
    """Lets the watch look once for each turn that a test gives, in no time."""

    def __init__(self):
        self.asked_seconds = SimpleQueue()
        self.turns = SimpleQueue()

    def wait(self, closing, seconds):
        self.asked_seconds.put(seconds)
        if self.turns.get(timeout=PATIENCE_SECONDS) == "last":
            closing.wait(PATIENCE_SECONDS)
        return closing.is_set()

    def looked(self):
        return self.asked_seconds.get(timeout=PATIENCE_SECONDS)


def test_the_engine_is_told_when_and_what(look, own):
    told, turns = SimpleQueue(), Turns()
    watch = watch_models(told.put, look, lambda: 42.0, turns.wait)
    assert turns.looked() == 2.0
    put(own, "waltz")
    for _ in range(4):
        turns.turns.put("next")
        turns.looked()
    turns.turns.put("last")
    watch.close()
    event = told.get_nowait()
    assert isinstance(event, ModelsChanged)
    assert event.at_seconds == 42.0
    assert [manifest.name for manifest in event.manifests] == ["bach", "waltz"]
    assert told.empty()


def test_closing_does_not_wait_for_the_next_look(look):
    watch = watch_models(pytest.fail, look)
    watch.close()
    watch.close()
    assert not watch._thread.is_alive()
