"""Clips of a (fake) Live that become melodies, over UDP; every imitated version of it."""

TUNE = [(60, 0, 1), (62, 1, 1), (64, 2, 2)]


def melody(answers):
    """The clip that came, as its head and its notes (pitch, start, duration, velocity)."""
    (begin, *parts, end) = answers
    assert (begin[0], end[0]) == ("clip/begin", "clip/end")
    assert [values[1] for _, values in parts] == list(range(len(parts)))
    notes = [values[i : i + 4] for _, values in parts for i in range(2, len(values), 5)]
    assert end[1] == (begin[1][0], len(notes))
    return begin[1][1:], notes


def test_the_clip_that_is_selected_becomes_the_melody(live):
    live.world.select(live.world.add_clip(live.world.add_track("Lead"), 2, "verse", TUNE))
    head, notes = melody(live.ask("read", "r", "selected"))
    assert head == ("verse", "Lead", 2, 4.0)
    assert notes == [(60, 0.0, 1.0, 100), (62, 1.0, 1.0, 100), (64, 2.0, 2.0, 100)]
    assert live.world.messages[-1] == 'Continuo: reading "verse" (Lead)'


def test_notes_are_counted_from_the_loops_start_and_cut_at_its_end(live):
    clip = live.world.add_clip(live.world.add_track("Lead"), 0, "x", TUNE)
    clip._bounds = {"loop_start": 1.0, "loop_end": 3.0}
    live.world.select(clip)
    head, notes = melody(live.ask("read", "r", "selected"))
    assert head[3] == 2.0
    assert notes == [(62, 0.0, 1.0, 100), (64, 1.0, 1.0, 100)]


def test_with_its_bracket_a_clip_is_read_from_marker_to_marker(live):
    clip = live.world.add_clip(live.world.add_track("Lead"), 3, "x", TUNE)
    clip._bounds = {"loop_start": 1.0, "loop_end": 2.0}
    live.world.select(clip)
    head, notes = melody(live.ask("read", "r", "bracket"))
    assert head == ("x", "Lead", 3, 4.0, 1.0, 2.0)
    assert [note[0] for note in notes] == [60, 62, 64]


def test_a_bracket_around_everything_and_a_loop_that_is_off_are_refused(live):
    clip = live.world.add_clip(live.world.add_track("Lead"), 3, "x", TUNE)
    live.world.select(clip)
    ((name, (_, said)),) = live.ask("read", "r", "bracket")
    assert (name, "around the whole clip" in said) == ("error", True)
    clip._looping = False
    ((name, (_, said)),) = live.ask("read", "s", "bracket")
    assert (name, "loop is off" in said) == ("error", True)


def test_a_clip_without_a_loop_goes_from_its_start_marker_to_its_end_marker(live):
    clip = live.world.add_clip(live.world.add_track("Lead"), 0, "x", TUNE)
    clip._looping = False
    clip._markers = {"loop_start": 2.0, "loop_end": 4.0}
    live.world.select(clip)
    head, notes = melody(live.ask("read", "r", "selected"))
    assert head[3] == 2.0
    assert notes == [(64, 0.0, 2.0, 100)]


def test_muted_notes_are_left_out(live):
    notes = [(60, 0, 1, 100, True), (127, 1, 1, 64, False)]
    live.world.select(live.world.add_clip(live.world.add_track("Lead"), 0, "x", notes))
    assert melody(live.ask("read", "r", "selected"))[1] == [(127, 1.0, 1.0, 64)]


def test_without_a_clip_in_the_detail_view_the_highlighted_slot_counts(live):
    clip = live.world.add_clip(live.world.add_track("Lead"), 1, "x", TUNE)
    live.song._view._slot = clip._parent
    assert melody(live.ask("read", "r", "selected"))[0][0] == "x"


def test_an_empty_clip_is_a_melody_of_rests(live):
    live.world.select(live.world.add_clip(live.world.add_track("Lead"), 0, "x", length=1000.0))
    head, notes = melody(live.ask("read", "r", "selected"))
    assert (head[3], notes) == (1000.0, [])


def test_where_no_midi_clip_is_selected_the_answer_says_what_to_do(live):
    said = "no MIDI clip is selected in Live: click a MIDI clip, then ask again"
    assert live.ask("read", "r", "selected") == [("error", ("r", said))]
    live.world.select(live.world.add_clip(live.world.add_track("Voice", is_midi=False), 0))
    assert live.ask("read", "s", "selected")[0][0] == "error"


def test_a_clip_that_was_deleted_is_not_selected_any_more(live):
    clip = live.world.add_clip(live.world.add_track("Lead"), 0, "x", TUNE)
    live.world.select(clip)
    clip._parent.delete_clip()
    assert live.ask("read", "r", "selected")[0][0] == "error"


def test_the_clip_that_plays_becomes_the_melody(live):
    assert live.ask("read", "r", "playing")[0][0] == "error"
    clip = live.world.add_clip(live.world.add_track("Lead"), 3, "chorus", TUNE)
    clip._parent.fire()
    live.advance(200)
    assert melody(live.ask("read", "s", "playing"))[0] == ("chorus", "Lead", 3, 4.0)


def test_of_several_that_play_the_selected_tracks_comes_first_and_ours_last(live):
    live.write("a", {"Alto": [(60, 0.0, 1.0, 90, 0)]}, fire=1)
    live.advance(200)
    assert melody(live.ask("read", "r", "playing"))[0][1] == "Alto"
    for name in ("Lead", "Other"):
        live.world.add_clip(live.world.add_track(name), 0, name, TUNE)._parent.fire()
    live.advance(2500)
    assert melody(live.ask("read", "s", "playing"))[0][1] == "Lead"
    live.song._view._track = live.song._tracks[2]
    assert melody(live.ask("read", "t", "playing"))[0][1] == "Other"


def test_a_long_clip_comes_in_chunks(live):
    notes = [(60 + i % 12, i / 8, 0.125) for i in range(1000)]
    live.world.select(live.world.add_clip(live.world.add_track("Lead"), 0, "x", notes, 125.0))
    answers = live.ask("read", "r", "selected", ms=100)
    assert len(answers) == 2 + 8
    assert [note[:2] for note in melody(answers)[1]] == [(p, float(s)) for p, s, _ in notes]


def test_a_clip_with_more_notes_than_can_be_sent_is_refused(live):
    notes = [(pitch, i / 8, 0.125) for i in range(40) for pitch in range(128)]
    live.world.select(live.world.add_clip(live.world.add_track("Lead"), 0, "x", notes, 8.0))
    assert live.ask("read", "r", "selected", ms=100) == [
        ("error", ("r", "the clip has more than 4096 notes: shorten its loop"))
    ]


def test_what_was_written_reads_back_the_same(live):
    notes = [(60 + i % 5, i / 4, 0.25, 1 + i % 127, 0) for i in range(300)]
    live.write("a", {"Alto": notes}, length=75.0, ms=300)
    live.world.select(live.clips(0)["Alto"])
    head, back = melody(live.ask("read", "r", "selected", ms=200))
    assert head == ("bach 7 take 1", "Alto", 0, 75.0)
    assert back == [note[:4] for note in notes]
