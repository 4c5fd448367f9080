"""Takes that become clips in a (fake) Live, over UDP; every imitated version of it."""

from live_rig import live_rig, notes_of

ALTO = [(60, 0.0, 1.0, 90, 0), (62, 1.0, 1.0, 80, 0)]
BASS = [(40, 0.0, 4.0, 100, 0)]
TAKE = {"Alto": ALTO, "Bass": BASS}


def test_a_take_appears_as_clips_side_by_side_one_midi_track_a_voice(live):
    answers = live.write("a", TAKE)
    assert answers == [("written", ("a", 0, 2, 3, 0))]
    assert live.tracks() == ["Alto", "Bass"]
    clips = live.clips(0)
    assert notes_of(clips["Alto"]) == [(60, 0.0, 1.0, 90.0), (62, 1.0, 1.0, 80.0)]
    assert notes_of(clips["Bass"]) == [(40, 0.0, 4.0, 100.0)]


def test_the_clips_loop_over_the_take_and_have_its_name(live):
    live.write("a", TAKE, name="bach 7 take 2", length=8.0)
    for clip in live.clips(0).values():
        assert (clip._name, clip._looping) == ("bach 7 take 2", True)
        assert clip._bounds == clip._markers == {"loop_start": 0.0, "loop_end": 8.0}


def test_each_role_has_a_colour_of_its_own(live):
    live.write("a", TAKE)
    colours = [clip._color for clip in live.clips(0).values()]
    assert len(set(colours)) == 2
    live.write("b", TAKE)
    assert [clip._color for clip in live.clips(1).values()] == colours


def test_a_track_of_that_name_is_used_and_left_as_it_is(live):
    track = live.world.add_track("Alto")
    track._arm = True  # the musician plays on it
    live.write("a", TAKE)
    assert live.tracks() == ["Alto", "Bass"]
    assert track._arm
    assert not live.song._tracks[1]._arm  # a new one does not play what they play
    assert live.clips(0)["Alto"]._parent._track is track


def test_audio_frozen_and_group_tracks_of_that_name_are_passed_over(live):
    live.world.add_track("Alto", is_midi=False)
    live.world.add_track("Alto")._is_frozen = True
    live.world.add_track("Alto")._is_foldable = True
    live.write("a", {"Alto": ALTO})
    assert live.tracks() == ["Alto"] * 4
    assert live.song._tracks[3]._slots[0]._clip is not None


def test_two_voices_of_the_same_name_have_two_tracks(live):
    live.world.add_track("Piano")
    for name, values in (
        ("write/begin", ("a", "take", 2, 4.0, 0, -1)),
        ("write/track", ("a", 1, "Piano", "chords")),
        ("write/track", ("a", 2, "Piano", "bass")),
    ):
        live.send(name, *values)
    assert live.ask("write/end", "a", 0, ms=100) == [("written", ("a", 0, 2, 0, 0))]
    assert live.tracks() == ["Piano", "Piano"]


def test_a_clip_of_the_musician_is_never_written_over(live):
    track = live.world.add_track("Alto")
    mine = live.world.add_clip(track, 0, "mine", ALTO)
    live.world.add_clip(live.world.add_track("Bass"), 1, "mine too")
    assert live.write("a", TAKE) == [("written", ("a", 2, 2, 3, 0))]
    assert track._slots[0]._clip is mine
    assert mine._name == "mine"


def test_the_scene_that_is_wanted_is_taken_if_it_is_free_else_the_next(live):
    assert live.write("a", TAKE, scene=3)[0][1][1] == 3
    assert live.write("b", TAKE, scene=3)[0][1][1] == 4
    assert live.write("c", TAKE, scene=0)[0][1][1] == 0


def test_where_all_scenes_are_full_one_is_added_at_the_end(live):
    track = live.world.add_track("Alto")
    for scene in range(8):
        live.world.add_clip(track, scene)
    assert live.write("a", TAKE)[0][1][1] == 8
    assert len(live.song._scenes) == 9
    assert live.write("b", TAKE, scene=400)[0][1][1] == 9


def test_a_take_is_taken_back_by_one_undo(live):
    live.world.add_track("Alto")
    live.write("a", TAKE)
    live.song.undo()
    assert live.tracks() == ["Alto"]
    assert not live.clips(0)


def test_a_take_starts_with_launch_quantisation_all_voices_together(live):
    live.write("a", TAKE, fire=1, ms=40)
    assert not live.song._playing
    live.advance(200)  # from a stopped transport at Live's next tick
    assert live.song._playing
    first = live.clips(0)
    assert all(clip._is_playing for clip in first.values())
    live.write("b", TAKE, fire=1, ms=300)
    second = live.clips(1)
    assert all(clip._is_triggered and not clip._is_playing for clip in second.values())
    live.advance(2000)
    assert all(clip._is_playing for clip in second.values())
    assert not any(clip._is_playing for clip in first.values())
    assert len({clip._started_at for clip in second.values()}) == 1
    assert abs(next(iter(second.values()))._started_at - 4.0) < 0.01


def test_what_the_musician_has_selected_stays_selected(live):
    lead = live.world.add_track("Lead")
    clip = live.world.add_clip(lead, 0, "verse", [(60, 0, 1)])
    live.world.select(clip)
    live.write("a", TAKE)
    view = live.song._view
    assert (view._clip, view._slot, view._track) == (clip, clip._parent, lead)
    live.world.select(None)
    live.write("b", {"Oboe": ALTO})
    assert view._track is lead


def test_the_status_bar_says_where_the_take_is_and_what_to_do(live):
    live.write("a", TAKE)
    assert live.world.messages[-1] == (
        'Continuo: "bach 7 take 1" is in scene 1; put instruments on the 2 new tracks'
    )
    live.write("b", TAKE)
    assert live.world.messages[-1] == 'Continuo: "bach 7 take 1" is in scene 2'


def test_notes_that_live_would_lose_are_put_right_before(live):
    unruly = [
        (60, 2.0, 1.0, 90, 0),
        (60, 0.0, 3.0, 90, 0),  # runs into the one above, which stands first
        (62, 1.0, 0.5, 90, 0),
        (62, 1.0, 1.0, 90, 0),  # the same again, longer
        (64, 3.0, 0.0, 90, 0),  # too short to be seen
    ]
    assert live.write("a", {"Alto": unruly}) == [("written", ("a", 0, 1, 4, 0))]
    assert notes_of(live.clips(0)["Alto"]) == [
        (60, 0.0, 2.0, 90.0),
        (62, 1.0, 1.0, 90.0),
        (60, 2.0, 1.0, 90.0),
        (64, 3.0, 1 / 128, 90.0),
    ]


def test_a_muted_note_stays_muted_and_pitch_127_counts(live):
    answers = live.write("a", {"Alto": [(127, 0.0, 1.0, 1, 1), (0, 0.0, 1.0, 127, 0)]})
    assert answers[0][1][3] == 2
    assert sorted((n.pitch, n.mute) for n in live.clips(0)["Alto"]._notes) == [
        (0, False),
        (127, True),
    ]


def test_a_voice_without_notes_is_an_empty_clip(live):
    assert live.write("a", {"Alto": []}) == [("written", ("a", 0, 1, 0, 0))]
    assert notes_of(live.clips(0)["Alto"]) == []


def test_a_clip_that_live_shows_late_is_waited_for(live):
    live.world.slow_clips = True
    assert live.write("a", TAKE, ms=400) == [("written", ("a", 0, 2, 3, 0))]


def test_a_clip_that_live_never_shows_is_an_error_and_goes_again(live):
    live.world.add_track("Other")
    live.world.slow_clips = True
    live.world._next_tick_ms = lambda: 10**9
    assert live.write("a", TAKE, ms=500) == [
        ("error", ("a", "Live made a clip, but does not show it: try again"))
    ]
    assert live.tracks() == ["Other"]
    assert live.song._undo_depth == 0


def test_whatever_live_raises_is_answered(live):
    class SomethingElseError(Exception):
        pass

    def fail(_):
        raise SomethingElseError("of its own")

    live.world.add_track("Other")
    live.song._check_room = lambda *_: fail(_)
    assert live.write("a", TAKE) == [("error", ("a", "Live refused: of its own"))]
    assert live.song._undo_depth == 0


def test_a_clip_that_the_musician_puts_there_meanwhile_stays(live):
    live.world.slow_clips = True  # so that there is time for it
    alto, bass = live.world.add_track("Alto"), live.world.add_track("Bass")
    live.send_take("a", TAKE)
    live.advance(20)
    assert alto._slots[0]._clip is not None
    mine = live.world.add_clip(bass, 0, "mine")
    live.advance(600)
    assert live.answers("written") == [("written", ("a", 1, 2, 3, 0))]
    assert bass._slots[0]._clip is mine
    assert alto._slots[0]._clip is None


def test_a_track_deleted_while_it_is_written_is_an_error_and_leaves_nothing(live):
    live.world.slow_clips = True
    live.world.add_track("Other")
    live.send_take("a", TAKE)
    live.advance(20)
    live.song.delete_track(1)
    live.advance(600)
    ((name, (id_, sentence)),) = live.answers()
    assert (name, id_) == ("error", "a")
    assert sentence.startswith("Live refused")
    assert live.tracks() == ["Other"]
    assert live.song._undo_depth == 0


def test_an_edition_that_takes_no_more_tracks_says_so_and_nothing_stays():
    with live_rig("12.1.0", most_tracks=3) as live:
        live.meet()
        live.world.add_track("Mine")
        voices = {name: ALTO for name in ("Soprano", "Alto", "Tenor")}
        assert live.write("a", voices) == [
            ("error", ("a", "Live allows no more tracks or scenes in this set"))
        ]
        assert live.tracks() == ["Mine"]
        assert live.song._undo_depth == 0


def test_an_edition_that_takes_no_more_scenes_says_so_and_nothing_stays():
    with live_rig("11.0.0", scenes=1, most_scenes=1) as live:
        live.meet()
        live.world.add_clip(live.world.add_track("Alto"), 0)
        assert live.write("a", TAKE)[0][0] == "error"
        assert live.tracks() == ["Alto"]
        assert live.song._undo_depth == 0


def test_a_scene_of_the_musicians_stays_when_a_take_is_taken_back():
    with live_rig("12.4.6", scenes=1) as live:
        live.meet()
        lead = live.world.add_track("Lead")
        live.world.add_clip(live.world.add_track("Alto"), 0)
        live.world.slow_clips = True  # so that there is time for it
        live.send_take("a", TAKE)
        live.advance(20)
        live.song.create_scene(-1)  # after the one that was added for the take
        mine = live.world.add_clip(lead, 2, "mine")
        live.song.delete_track(1)
        live.advance(600)
        assert live.answers()[0][0] == "error"
        assert [slot._clip for slot in lead._slots][2] is mine


def test_a_scene_into_which_the_musician_put_a_clip_stays_too():
    with live_rig("12.4.6", scenes=1) as live:
        live.meet()
        lead = live.world.add_track("Lead")
        live.world.add_clip(live.world.add_track("Alto"), 0)
        live.world.slow_clips = True
        live.send_take("a", TAKE)
        live.advance(20)
        mine = live.world.add_clip(lead, 1, "mine")
        live.song.delete_track(1)
        live.advance(600)
        assert live.answers()[0][0] == "error"
        assert lead._slots[1]._clip is mine


def test_what_is_selected_stays_so_where_a_take_cannot_be_written():
    with live_rig("12.1.0", most_tracks=3) as live:
        live.meet()
        mine = live.world.add_clip(live.world.add_track("Mine"), 0)
        live.world.select(mine)
        assert live.write("a", {name: ALTO for name in ("Soprano", "Alto", "Tenor")})
        assert live.song.view.detail_clip == mine
