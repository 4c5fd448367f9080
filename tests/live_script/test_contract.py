"""The script as files: what of Live, of Python and of its own folder it uses."""

import ast
import json
import pathlib
import sys

from fake_live import ALLOWED, VERSIONS
from live_rig import SOURCE, live_rig
from paths import TESTS

FILES = sorted(SOURCE.glob("*.py"))
REPORTS = sorted((TESTS / "live_script" / "reports").glob("selftest-*.json"))
# Seen in scripts that work inside Live, or needed by annotations alone.
STANDARD = """
    __future__ collections json operator os re socket struct sys tempfile time traceback typing
"""
SELECTION = "a new track is selected, the old selection can be restored"
LIVES_OWN = {"Live", "_Framework", "ableton"}


def parsed(file):
    """A file's syntax, by the rules of Python 3.7, as far as this Python knows them."""
    limits = {"feature_version": (3, 7)} if sys.version_info >= (3, 8) else {}
    return ast.parse(file.read_text(encoding="utf-8"), **limits)


def imports(tree):
    """The top-level names of all modules that a file imports, and whether each is relative."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], False) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0], node.level == 1


def test_every_file_is_python_3_7_and_imports_nothing_from_outside():
    assert len(FILES) > 10
    for file in FILES:
        tree = parsed(file)
        for name, is_relative in imports(tree):
            assert is_relative or name in LIVES_OWN or name in STANDARD.split(), (
                f"{file.name} imports {name}"
            )


def test_nothing_of_live_is_touched_but_what_all_its_versions_have():
    for version in VERSIONS:
        with live_rig(version) as live:
            live.meet()
            live.write("a", {"Alto": [(60, 0.0, 1.0, 90, 0)]}, fire=1)
            live.advance(200)
            live.world.select(live.clips(0)["Alto"])
            live.ask("read", "r", "selected")
            live.ask("read", "s", "playing")
            live.song.stop_playing()
            live.advance(200)
            live.ask("selftest", "t", ms=4000)
            assert live.world.touched <= ALLOWED


def test_the_script_uses_no_thread_and_no_name_of_its_base():
    for file in FILES:
        assert "threading" not in file.read_text(encoding="utf-8")
    surface = (SOURCE / "surface.py").read_text(encoding="utf-8")
    names = {n.attr for n in ast.walk(ast.parse(surface)) if isinstance(n, ast.Attribute)}
    assert {name for name in names if name.startswith("_")} <= {"_continuo_agent", "__init__"}


def test_the_self_test_passes_in_every_version_and_leaves_nothing_behind():
    for version in VERSIONS:
        with live_rig(version) as live:
            live.meet()
            live.world.add_track("Mine")
            live.song._beat = 7.0
            ((name, (id_, passed, failed, path)),) = live.ask("selftest", "t", ms=5000)
            assert (name, id_, failed) == ("report", "t", 0), observed(path)
            assert passed == len(observed(path)) > 25
            assert pathlib.Path(path) == live.folder / "Continuo" / f"selftest-{version}.json"
            assert live.tracks() == ["Mine"]
            assert (live.song._playing, live.song._beat) == (False, 7.0)
            assert live.song._undo_depth == 0


def test_the_self_test_leaves_a_song_that_plays_alone():
    with live_rig("12.1.0") as live:
        live.meet()
        live.world.add_track("Mine")
        live.song._run(True)
        ((_, (_, _, failed, path)),) = live.ask("selftest", "t", ms=4000)
        assert failed == 0
        assert "skipped: Live is playing" in observed(path).values()
        assert live.song._playing


def test_the_self_test_tells_what_is_not_as_it_was_thought():
    with live_rig("12.1.0") as live:
        live.meet()
        live.world.add_track("Mine")
        live.world.slow_clips = True
        ((name, (_, _, failed, path)),) = live.ask("selftest", "t", ms=6000)
        assert (name, failed > 0) == ("report", True)
        assert observed(path)["the clip is there at once"] is False
        assert live.tracks() == ["Mine"]


def test_reports_of_the_self_test_are_what_the_fake_live_does():
    """A report from a real Live goes into `reports`; a difference is a fault of the fake."""
    assert REPORTS
    for file in REPORTS:
        report = json.loads(file.read_text(encoding="utf-8"))
        with live_rig(report["live"]) as live:
            live.meet()
            live.world.add_track("Mine")
            if "skipped: Live is playing" in report["observed"].values():
                live.song._run(True)
            seen = report["observed"]
            # What is not known for certain, the fake does as the report says.
            live.world.strict_floats = seen["whole numbers for times"] != "accepted"
            live.world.selects_new_tracks = seen[SELECTION][0]
            ((_, (_, _, _, path)),) = live.ask("selftest", "t", ms=5000)
            again = observed(path)
            assert {name: again[name] for name in seen} == seen, file.name


def observed(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))["observed"]


def test_the_port_of_continuo_can_be_given_in_a_file():
    with live_rig("12.1.0") as live:
        files = sys.modules["Continuo.files"]
        assert files.bridge_port() == live.bridge.getsockname()[1]
        port_file = live.folder / "Continuo" / "port.txt"
        for content, port in (("5000\n", 5000), ("70000", 11020), ("eleven", 11020)):
            port_file.write_text(content, encoding="utf-8")
            assert files.bridge_port() == port
        port_file.unlink()
        assert files.bridge_port() == 11020
