"""The library over HTTP: takes outlive the server, are named, deleted, undone and downloaded."""

import os
import signal
import sys
from xml.etree.ElementTree import fromstring

import mido
import pytest
from studio_rig import Page, studio, until

from bridge.demo.samples import sample

pytestmark = pytest.mark.ports


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with studio(tmp_path_factory.mktemp("takes")) as opened:
        yield opened


@pytest.fixture(scope="module")
def file(here):
    """A take that was played on the page, by its file."""
    page = Page(here)
    page.picture()
    page.say(["/continuo/midi", 0, 0x90, 60, 90])
    page.wait("played")
    page.say(["/continuo/midi", 0, 0x80, 60, 0])
    page.wait("saved")
    page.close()
    here.ask("transport/stop")
    _, found = here.json("/api/takes")
    return found["takes"][0]["file"]


def test_a_take_is_listed_and_read_with_its_notes(here, file):
    status, found = here.json("/api/takes?search=bass")
    assert status == 200
    assert [t["file"] for t in found["takes"]] == [file]
    assert (found["count"], found["more"]) == (1, False)
    status, take = here.json(f"/api/takes/{file}")
    assert status == 200
    assert [t["name"] for t in take["tracks"]] == ["melody", "bass"]
    assert take["tracks"][0]["notes"][0][0] == 60
    assert take["model"] == "bass"


def test_it_gets_a_title_and_a_star_is_found_by_them_and_all_pages_hear_of_it(here, file):
    page = Page(here)
    page.picture()
    status, take = here.json(f"/api/takes/{file}", "PATCH", {"title": "Ä tune", "starred": True})
    assert (status, take["title"], take["starred"]) == (200, "Ä tune", True)
    assert here.json("/api/takes?search=%C3%A4+tune&starred=1")[1]["count"] == 1
    assert here.json("/api/takes?search=nothing")[1]["takes"] == []
    assert page.wait("library") == [file]
    page.close()


@pytest.mark.parametrize(
    "change", [{"title": ""}, {"title": "x" * 81}, {"title": "a\x00b"}, {"title": 3}, {}, {"x": 1}]
)
def test_no_title_that_cannot_be(here, file, change):
    status, answer = here.json(f"/api/takes/{file}", "PATCH", change)
    assert status == 400
    assert answer["error"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_it_is_there_after_the_server_was_started_again(here, file):
    old = here.server.pid
    os.kill(old, signal.SIGKILL)

    def is_back():
        try:
            return here.server.pid != old and here.get("/")[0] == 200
        except OSError:
            return False

    until(is_back, "the page is back")
    assert here.json("/api/takes")[1]["takes"][0]["file"] == file


def test_deleting_is_undone(here, file):
    assert here.json(f"/api/takes/{file}", "DELETE") == (200, {"deleted": file})
    assert here.json("/api/takes")[1]["takes"] == []
    (gone,) = here.json("/api/takes?deleted=1")[1]["takes"]
    assert (gone["file"], gone["deleted"]) == (file, True)
    assert here.json(f"/api/takes/{file}", "DELETE")[0] == 404
    assert here.json(f"/api/takes/{file}/restore", "POST")[0] == 200
    assert here.json("/api/takes")[1]["takes"][0]["file"] == file


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e", "..%2f..%2fetc", "a%00b", "%F0%9F"])
def test_what_is_no_take_is_not_found(here, name):
    for path, method in [("", "GET"), ("", "DELETE"), ("/restore", "POST"), ("/download", "GET")]:
        assert here.get(f"/api/takes/{name}{path}", method, b"")[0] in (404, 405)


def test_it_is_downloaded_as_midi_and_musicxml_under_its_title(here, file, tmp_path):
    status, headers, body = here.get(f"/api/takes/{file}/download?kind=mid")
    assert status == 200
    (tmp_path / "x.mid").write_bytes(body)
    notes = [m for m in mido.MidiFile(tmp_path / "x.mid") if m.type == "note_on" and m.velocity]
    assert 60 in {m.note for m in notes}
    assert "filename*=UTF-8''%C3%84%20tune.mid" in headers["content-disposition"]
    status, _, body = here.get(f"/api/takes/{file}/download?kind=musicxml")
    assert fromstring(body).findtext(".//work-title") == "Ä tune"


def test_it_is_downloaded_as_sound(here, file):
    status, headers, body = here.get(f"/api/takes/{file}/download?kind=wav")
    assert (status, headers["content-type"]) == (200, "audio/wav")
    assert body[:4] == b"RIFF"
    assert len(body) > 44_100


def test_an_unknown_kind_is_refused_with_those_that_there_are(here, file):
    status, answer = here.json(f"/api/takes/{file}/download?kind=exe")
    assert status == 400
    assert "musicxml" in answer["error"]


def test_edited_music_becomes_a_file(here):
    music = {
        "title": "Edited",
        "bpm": 90,
        "meter": "3/4",
        "tracks": [{"name": "melody", "notes": [[60, 0, 1, 90], [64, 1, 2, 90]]}],
    }
    import json

    status, _, body = here.get("/api/render?kind=mid", "POST", json.dumps(music).encode())
    assert (status, body[:4]) == (200, b"MThd")
    for wrong in ({}, {**music, "tracks": []}, {**music, "bpm": "x"}, {**music, "meter": "0/0"}):
        assert here.json("/api/render?kind=mid", "POST", wrong)[0] == 400


# -- models, melodies, files -------------------------------------------------------------------
def test_the_models_are_told_with_what_their_controls_do(here):
    status, found = here.json("/api/models")
    bach = next(m for m in found["models"] if m["name"] == "bach")
    assert status == 200
    assert bach["shipped"]
    assert all(control["title"] for control in bach["controls"])


def test_the_page_sounds_by_the_bank_that_renders_takes(here):
    status, headers, body = here.get("/bank.sf3")
    assert (status, body[:4], body[8:12]) == (200, b"RIFF", b"sfbk")
    again, same, nothing = here.get("/bank.sf3", "HEAD")
    assert (again, same["etag"], nothing) == (200, headers["etag"], b"")


def test_there_are_a_dozen_melodies(here):
    _, found = here.json("/api/melodies")
    assert len(found["melodies"]) >= 12
    grace = next(m for m in found["melodies"] if m["name"] == "amazing_grace")
    assert (grace["meter"], grace["pickup"], grace["notes"][0][1]) == ("3/4", 1.0, 2.0)


def test_a_file_that_is_dropped_is_read(here):
    body = sample("greensleeves").read_bytes()
    status, _, answer = here.get("/api/upload?name=..%2F..%2Fmy%20tune.mid", "POST", body)
    import json

    found = json.loads(answer)
    assert (status, found["title"], found["meter"], found["melody"]) == (200, "my tune", "6/8", 0)
    assert len(found["tracks"][0]["notes"]) == 37


@pytest.mark.parametrize("body", [b"", b"hello", b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0"])
def test_a_file_that_is_none_is_refused_in_a_sentence(here, body):
    import json

    status, _, answer = here.get("/api/upload?name=x.mid", "POST", body)
    assert status == 400
    assert "x.mid" in json.loads(answer)["error"]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(here):
    status, _, answer = here.get("/api/upload?name=x.mid", "POST", b"\x00" * 10_000_001)
    assert status == 413
    assert b"10 MB" in answer


def test_a_take_that_was_edited_is_kept_beside_the_one_that_it_was_made_of(here, file):
    _, take = here.json(f"/api/takes/{file}")
    bass = {**take["tracks"][1], "notes": [[40, 0.0, 2.0, 80]]}
    music = {"title": "Mine", "bpm": 96, "meter": "3/4", "length": 6.0, "of": take["id"]}
    edited = {**music, "model": "bass", "seed": 7, "tracks": [take["tracks"][0], bass]}
    page = Page(here)
    page.picture()
    status, kept = here.json("/api/takes", "POST", edited)
    assert (status, kept["title"], kept["model"], kept["seed"]) == (200, "Mine", "bass", 7)
    assert (kept["bars"], kept["length"], kept["bpm"], kept["meter"]) == (2, 6.0, 96.0, "3/4")
    assert kept["tracks"][1]["notes"] == [[40, 0.0, 2.0, 80]]
    assert page.wait("library") == [kept["file"]]
    assert here.json(f"/api/takes/{file}")[1]["tracks"] == take["tracks"]
    for wrong in ({"model": "../x"}, {"seed": "x"}, {"length": 1e9}, {"tracks": []}):
        status, said = here.json("/api/takes", "POST", {**edited, **wrong})
        assert status == 400, wrong
        assert said["error"]
    page.close()
