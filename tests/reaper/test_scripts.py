"""The REAPER scripts put takes into the project: whole, once, and where they belong."""

from dataclasses import replace

import pytest
from reaper_rig import LUAS, PARTS, Reaper, keep_during, part, same_notes, saved, take
from system_programs import need_program


@pytest.fixture(params=LUAS, ids=["reaper-7", "reaper-6"])
def reaper(request, tmp_path) -> Reaper:
    need_program(request.param)
    folder = tmp_path / "takes"
    folder.mkdir()
    return Reaper(request.param, folder)


# -- takes that are kept ---------------------------------------------------------------------
def test_a_kept_take_is_inserted_at_the_edit_cursor_note_by_note(reaper):
    path = saved(reaper.takes, take(), verdict="")
    project = reaper(f"""
        stub.cursor = 4.0
        start(kept) stub.run(1)
        assert(#stub.tracks == 0, "it is not kept yet")
        {keep_during(reaper, path)}
        stub.run(1)
        assert(math.abs(stub.cursor - 8.0) < 1e-9, "the cursor goes to the end, as when pasting")
    """)
    assert project.names == list(PARTS)
    for track in take().tracks:
        [item] = project.items(track.name)
        assert (item.begin, item.end) == (8.0, 16.0)
        assert item.title == "bach take-0, seed 7, 97 bpm"
        same_notes(item, track, 8.0)
    assert project.undo == ["Continuo: insert bach take-0, seed 7, 97 bpm"]
    assert project.messages == []


def test_a_band_is_a_track_a_part_drums_on_channel_10_and_chords_are_markers(reaper):
    chords = [[0.0, "C"], [4.0, "G7/B"]]
    whole = take()
    drums = replace(part("Drums", 36, 9), role="drums")
    band = replace(
        whole.with_accompaniment((drums, part("Bass", 40, 1))),
        provenance={**whole.provenance, "chords": chords},
    )
    path = saved(reaper.takes, band, verdict="")
    project = reaper(f"""
        stub.cursor = 4.0
        start(kept)
        {keep_during(reaper, path)}
        stub.run(1)
    """)
    assert project.names == ["melody", "Drums", "Bass"]
    [item] = project.items("Drums")
    same_notes(item, drums, 8.0)
    assert {channel for *_, channel in item.notes} == {9}
    [first] = project.items("melody")
    assert first.markers == [(8.0, "C"), (12.0, "G7/B")]
    assert item.markers == []


def test_notes_stay_on_their_beats_whatever_tempo_the_project_has(reaper):
    path = saved(reaper.takes, take(), verdict="")
    project = reaper(f"""
        stub.tempos = {{ {{ quarter = 0, bpm = 90 }}, {{ quarter = 10, bpm = 133 }} }}
        stub.ticks = 480
        stub.cursor = 8 * 60 / 90
        start(kept)
        {keep_during(reaper, path)}
        stub.run(1)
    """)
    [item] = project.items("Bass")
    assert (item.begin, item.end) == (pytest.approx(8.0), pytest.approx(16.0))
    same_notes(item, take().tracks[3], 8.0)


@pytest.mark.parametrize(
    ("meter", "playing_at", "expected"),
    [((4, 4), 9.0, 12.0), ((3, 4), 4.0, 6.0), ((6, 8), 5.9, 6.0), ((4, 4), 8.0, 12.0)],
)
def test_while_playing_it_comes_at_the_next_bar(reaper, meter, playing_at, expected):
    path = saved(reaper.takes, take(), verdict="")
    project = reaper(f"""
        stub.numerator, stub.denominator = {meter[0]}, {meter[1]}
        stub.play_state, stub.play_position, stub.cursor = 1, {playing_at} / 2, 50
        start(kept)
        {keep_during(reaper, path)}
        stub.run(1)
        assert(stub.cursor == 50, "the edit cursor stays")
    """)
    [item] = project.items("melody")
    assert item.begin == pytest.approx(expected)


@pytest.mark.parametrize(("play_state", "first"), [(0, 2.0), (1, 4.0), (5, 4.0)])
def test_takes_never_lie_on_one_another(reaper, play_state, first):
    paths = [saved(reaper.takes, take(f"take-{i}"), i, "") for i in range(3)]
    project = reaper(f"""
        stub.play_state, stub.play_position, stub.cursor = {play_state}, 1.0, 1.0
        start(kept)
        {keep_during(reaper, paths[0])}
        {keep_during(reaper, paths[1])}
        stub.run(1)
        {keep_during(reaper, paths[2])}
        stub.run(1)
    """)
    items = project.items("Alto")
    assert [item.begin for item in items] == [pytest.approx(first + 8.0 * i) for i in range(3)]
    assert [i.title.split(",")[0] for i in items] == [f"bach take-{i}" for i in range(3)]
    assert len(project.undo) == 3


def test_the_second_take_goes_onto_the_tracks_of_the_first(reaper):
    paths = [saved(reaper.takes, take(f"take-{i}"), i, "") for i in range(2)]
    project = reaper(f"""
        stub.add_item("bass", 40, 44, {{}})
        start(kept)
        {keep_during(reaper, paths[0])}
        stub.run(1)
        {keep_during(reaper, paths[1])}
        stub.run(1)
    """)
    assert project.names == ["bass", "melody", "Alto", "Tenor"]
    assert len(project.items("bass")) == 3
    assert len(project.items("Tenor")) == 2


def test_a_take_is_inserted_once_also_after_a_restart(reaper):
    path = saved(reaper.takes, take(), verdict="")
    project = reaper(f"""
        stub.answers = {{ 7 }}
        start(kept) start(every)
        {keep_during(reaper, path)}
        stub.run(3)
        stub.exit()
        start(kept) start(every) stub.run(3)
    """)
    assert len(project.items("Alto")) == 1
    assert len(project.messages) == 1, "the question of every, when it was not kept yet"


@pytest.mark.parametrize(("answer", "inserted"), [(6, 2), (7, 0)])
def test_takes_kept_before_are_inserted_only_if_wished(reaper, answer, inserted):
    for i in range(2):
        saved(reaper.takes, take(f"take-{i}"), i)
    saved(reaper.takes, take("take-2"), 2, "dropped")
    saved(reaper.takes, take("take-3"), 3, "")
    project = reaper(f"""
        stub.answers = {{ {answer} }}
        start(kept) stub.run(2)
        stub.exit()
        start(kept) stub.run(1)   -- it asks no second time
    """)
    assert len(project.undo) == inserted
    assert [m.split(" in ")[0] for m in project.messages] == ["box: 2 takes lie"]


def test_every_take_can_be_inserted_not_only_kept_ones(reaper):
    path = saved(reaper.takes, take(), verdict="")
    away = reaper.takes / "away"
    path.with_suffix(".json").rename(away)
    project = reaper(f"""
        start(every) stub.run(1)
        sh([[mv '{away}' '{path.with_suffix(".json")}']])
        stub.run(1)
    """)
    assert len(project.items("Alto")) == 1


def test_a_take_that_is_still_played_is_not_inserted_until_it_is_over(reaper):
    path = saved(reaper.takes, take(), verdict="")
    data = path.with_suffix(".json").read_text()
    path.with_suffix(".json").write_text(data.replace("{", '{"growing": true, ', 1))
    assert reaper("start(every) stub.run(3)").tracks == []
    path.with_suffix(".json").write_text(data)
    assert len(reaper("stub.answers = { 6 } start(every) stub.run(3)").items("Alto")) == 1


def test_another_project_gets_only_what_is_kept_from_then_on(reaper):
    first, second = (saved(reaper.takes, take(f"take-{i}"), i, "") for i in range(2))
    project = reaper(f"""
        start(kept)
        {keep_during(reaper, first)}
        stub.project = "project two"
        stub.run(1)
        assert(#stub.tracks == 0)
        {keep_during(reaper, second)}
        stub.run(1)
    """)
    [item] = project.items("Alto")
    assert item.title.startswith("bach take-1")


def test_among_hundreds_of_takes_an_old_one_is_found_too(reaper):
    paths = [saved(reaper.takes, take(f"take-{i}"), i, "") for i in range(100)]
    project = reaper(f"""
        start(kept)
        {keep_during(reaper, paths[3])}
        {keep_during(reaper, paths[99])}
        stub.run(4)
    """)
    titles = {item.title.split(",")[0] for item in project.items("Alto")}
    assert titles == {"bach take-3", "bach take-99"}


# -- what can go wrong -----------------------------------------------------------------------
def cut(data: bytes, at: int) -> bytes:
    return data[:at]


@pytest.mark.parametrize(
    "broken",
    [
        lambda data: b"",
        lambda data: b"RIFF" + data[4:],
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data[:9] + b"\x02" + data[10:],
        lambda data: data[:12] + b"\xe7\x28" + data[14:],
        lambda data: data.replace(b"MTrk", b"MTrk\x7f\xff", 1),
        lambda data: data[:-20] + b"\xff" * 20,
    ],
    ids=["empty", "no-midi", "byte-short", "half", "format-2", "smpte", "length", "garbage"],
)
def test_a_broken_file_is_refused_once_with_a_sentence_and_nothing_is_inserted(reaper, broken):
    path = saved(reaper.takes, take(), verdict="")
    path.write_bytes(broken(path.read_bytes()))
    project = reaper(f"""
        start(kept)
        {keep_during(reaper, path)}
        assert(stub.run(3) == 1, "the loop goes on")
    """)
    assert project.tracks == []
    assert project.undo == []
    [message] = project.messages
    assert message.startswith(f"Continuo: {path.name} cannot be read: ")


def test_a_take_without_its_midi_file_is_told(reaper):
    path = saved(reaper.takes, take(), verdict="")
    path.unlink()
    project = reaper(f"start(kept) {keep_during(reaper, path)} stub.run(1)")
    assert project.messages == [f"Continuo: {path.name} is not there "]


def test_an_insert_that_fails_in_the_middle_leaves_the_project_as_it_was(reaper):
    path = saved(reaper.takes, take(), verdict="")
    project = reaper(f"""
        stub.add_item("bass", 40, 44, {{}})
        start(kept)
        stub.fails_at_note = 12
        {keep_during(reaper, path)}
        assert(stub.run(2) == 1, "the loop goes on")
    """)
    assert project.names == ["bass"]
    assert len(project.items("bass")) == 1
    [message] = project.messages
    assert "is not inserted" in message


def test_an_error_in_the_loop_is_said_once_and_the_loop_goes_on(reaper):
    path = saved(reaper.takes, take(), verdict="")
    project = reaper(f"""
        start(kept)
        local whole = reaper.EnumerateFiles
        rawset(reaper, "EnumerateFiles", function() error("the disk is gone") end)
        stub.run(3)
        rawset(reaper, "EnumerateFiles", whole)
        {keep_during(reaper, path)}
        stub.run(1)
    """)
    assert len(project.items("Alto")) == 1
    [message] = project.messages
    assert "the disk is gone" in message


def test_other_files_in_the_folder_do_no_harm(reaper):
    path = saved(reaper.takes, take(), verdict="")
    (reaper.takes / "notes.json").write_text('{"format": 1, "verdict": "kept"')
    (reaper.takes / "list.json").write_text("[]")
    (reaper.takes / ".hidden.json").write_text('{"format": 1, "verdict": "kept"}')
    (reaper.takes / "half.mid").write_bytes(b"MThd")
    project = reaper(f"""
        stub.answers = {{ 6 }}
        start(kept)
        {keep_during(reaper, path)}
        stub.run(2)
    """)
    assert len(project.items("Alto")) == 1


def test_a_name_that_reads_like_a_verdict_keeps_nothing(reaper):
    composition = take('x", "verdict": "kept')
    saved(reaper.takes, composition, verdict="")
    project = reaper("start(kept) stub.run(2)")
    assert project.tracks == []


# -- the folder ------------------------------------------------------------------------------
def test_the_folder_is_asked_for_once_and_can_be_changed(reaper, tmp_path):
    project = reaper(
        f"""
        stub.answers = {{ takes .. "/ ", "[[{tmp_path}]]" }}
        start(kept)
        assert(stub.ext["continuo/takes_folder"] == takes)
        stub.exit()
        start(kept)
        assert(#stub.answers == 1)
        start(choose)
        assert(stub.ext["continuo/takes_folder"] == "[[{tmp_path}]]")
        """,
        chosen=False,
    )
    assert project.messages == []


def test_whoever_cancels_the_question_starts_nothing(reaper):
    reaper(
        """
        stub.answers = { false, false }
        start(kept)
        assert(stub.run(1) == 0)
        stub.add_item("Lead", 0, 4, { { 60, 0, 1, 90 } })
        stub.selected = stub.tracks[1].items[1]
        start(send)
        assert(stub.run(1) == 0)
        """,
        chosen=False,
    )


@pytest.mark.parametrize(
    ("system", "folder"),
    [
        ("Other", "/home/ana/.local/share/continuo/takes"),
        ("macOS-arm64", "/home/ana/Library/Application Support/continuo/takes"),
        ("OSX64", "/home/ana/Library/Application Support/continuo/takes"),
        ("Win64", "C:\\Users\\Ana\\AppData\\Local\\continuo\\takes"),
    ],
)
def test_the_folder_offered_is_where_continuo_saves(reaper, monkeypatch, system, folder):
    monkeypatch.setenv("HOME", "/home/ana")
    monkeypatch.setenv("LOCALAPPDATA", "C:\\Users\\Ana\\AppData\\Local")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    reaper(
        f"""
        stub.system = "{system}"
        start(choose)
        assert(stub.ext["continuo/takes_folder"] == [[{folder}]], stub.ext["continuo/takes_folder"])
        """,
        chosen=False,
    )


def test_the_button_is_lit_while_it_runs(reaper):
    reaper("""
        stub.version = 7
        start(kept)
        assert(stub.buttons[40000] == 1)
        stub.exit()
        assert(stub.buttons[40000] == 0)
    """)


# -- the stand-in itself ---------------------------------------------------------------------
@pytest.mark.parametrize(
    "call",
    [
        "reaper.NoSuchFunction()",
        "reaper.CountTracks('0')",
        "reaper.CountTracks(0.5)",
        "reaper.GetCursorPosition(1)",
        "reaper.InsertTrackAtIndex(0, true)",
        "reaper.PreventUIRefresh(-1)",
    ],
)
def test_the_stand_in_is_strict(reaper, call):
    reaper(f"assert(not pcall(function() {call} end))")
