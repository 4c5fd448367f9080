"""The fake Live has Live's own traps: each is what hosts and users have told of the real one."""

import sys
import threading

from fake_live import VERSIONS, ArgumentError, LimitationError, World, WrongThreadError
from fake_live.clip import MidiNote, MidiNoteSpecification
from fake_live.surfaces import CInstance


def raised(act, *values):
    """The exception that comes out, or None."""
    try:
        act(*values)
    except Exception as error:  # noqa: BLE001 - which it is, is the question
        return error
    return None


def note(pitch, start, duration, velocity=100.0):
    return MidiNoteSpecification(pitch, start, duration, velocity)


def sounding(clip):
    return [(n.pitch, n.start_time, n.duration) for n in clip.get_notes_extended(0, 128, 0.0, 64.0)]


def new_clip(world):
    slot = world.song.create_midi_track(-1).clip_slots[0]
    slot.create_clip(4.0)
    return slot.clip


def test_the_clip_that_is_made_is_returned_by_some_versions_only():
    returned = {}
    for version in (*VERSIONS, "11.3.25", "12.0.5"):
        with World(version) as world:
            slot = world.song.create_midi_track(-1).clip_slots[0]
            returned[version] = slot.create_clip(4.0) is not None
            assert slot.clip is not None
    assert [version for version, is_so in returned.items() if is_so] == [
        "12.1.0",
        "12.4.6",
        "11.3.25",
        "12.0.5",
    ]


def test_a_clip_cannot_be_made_on_another_or_in_an_audio_track():
    with World() as world:
        slot = new_clip(world)._parent
        assert isinstance(raised(slot.create_clip, 4.0), RuntimeError)
        audio = world.add_track("Voice", is_midi=False).clip_slots[0]
        assert isinstance(raised(audio.create_clip, 4.0), RuntimeError)
        assert isinstance(raised(audio.delete_clip), RuntimeError)


def test_whole_numbers_are_no_floats_and_floats_no_whole_numbers():
    with World() as world:
        slot = world.song.create_midi_track(-1).clip_slots[0]
        assert isinstance(raised(slot.create_clip, 4), ArgumentError)
        assert isinstance(raised(note, 60.0, 0.0, 1.0), ArgumentError)
        assert isinstance(raised(note, 60, 0, 1.0), ArgumentError)
        assert issubclass(ArgumentError, TypeError)
        world.strict_floats = False  # another view of the same (hosts contradict each other)
        assert note(60, 0, 1.0) is not None


def test_limits_and_bad_places_are_limitation_errors():
    with World(most_tracks=1, most_scenes=8) as world:
        world.song.create_midi_track(-1)
        assert isinstance(raised(world.song.create_midi_track, -1), LimitationError)
        assert isinstance(raised(world.song.create_scene, -1), LimitationError)
    with World() as world:
        assert isinstance(raised(world.song.create_midi_track, -2), LimitationError)


def test_a_new_track_may_come_armed_and_goes_where_it_is_told():
    with World() as world:
        first = world.song.create_midi_track(-1)
        assert first.arm
        second = world.song.create_midi_track(0)
        assert list(world.song.tracks) == [second, first]


def test_of_one_pitch_the_earlier_note_is_cut_and_the_same_start_replaced():
    with World() as world:
        clip = new_clip(world)
        clip.add_new_notes([note(60, 0.0, 2.0), note(60, 1.0, 1.0)])
        assert sounding(clip) == [(60, 0.0, 1.0), (60, 1.0, 1.0)]
        clip.add_new_notes([note(60, 1.0, 3.0)])
        assert sounding(clip) == [(60, 0.0, 1.0), (60, 1.0, 3.0)]


def test_notes_that_are_written_out_of_order_are_lost():
    with World() as world:
        clip = new_clip(world)
        clip.add_new_notes([note(60, 1.0, 1.0), note(60, 0.0, 2.0)])
        assert sounding(clip) == [(60, 0.0, 2.0)]


def test_notes_come_by_pitch_then_time_and_are_chosen_by_their_start():
    with World() as world:
        clip = new_clip(world)
        clip.add_new_notes([note(62, 0.0, 4.0), note(60, 2.0, 1.0), note(60, 0.0, 1.0)])
        assert [n[:2] for n in sounding(clip)] == [(60, 0.0), (60, 2.0), (62, 0.0)]
        assert len(clip.get_notes_extended(0, 128, 1.0, 2.0)) == 1
        assert len(clip.get_notes_extended(0, 62, 0.0, 4.0)) == 2


def test_silent_notes_are_refused_and_specifications_cannot_be_read():
    with World() as world:
        clip = new_clip(world)
        assert raised(clip.add_new_notes, [note(60, 0.0, 1.0, 0.0)]) is not None
        assert isinstance(raised(getattr, note(60, 0.0, 1.0), "pitch"), AttributeError)
        assert isinstance(
            raised(clip.add_new_notes, [MidiNote(1, 60, 0.0, 1.0, 9.0, False)]), TypeError
        )


def test_the_oldest_version_answers_no_ids_and_has_no_call_for_all_notes():
    with World("11.0.0") as world:
        clip = new_clip(world)
        assert clip.add_new_notes([note(60, 0.0, 1.0)]) is None
        assert isinstance(raised(clip.get_all_notes_extended), AttributeError)
    with World("11.3.20") as world:
        clip = new_clip(world)
        assert len(clip.add_new_notes([note(60, 0.0, 1.0)])) == 1
        assert len(clip.get_all_notes_extended()) == 1


def test_a_listener_may_read_but_not_change():
    with World() as world:
        clip, seen = new_clip(world), []

        def answer():
            seen.append(world.song.tempo)
            seen.append(type(raised(clip.add_new_notes, [note(60, 0.0, 1.0)])))
            seen.append(type(raised(setattr, clip, "name", "x")))

        world.song.add_tempo_listener(answer)
        world.song.tempo = 90.0
        assert seen == [90.0, RuntimeError, RuntimeError]
        assert sounding(clip) == []


def test_a_listener_is_added_once_and_an_unknown_one_not_removed():
    with World() as world:
        world.song.add_tempo_listener(raised)
        assert world.song.tempo_has_listener(raised)
        assert isinstance(raised(world.song.add_tempo_listener, raised), RuntimeError)
        world.song.remove_tempo_listener(raised)
        assert isinstance(raised(world.song.remove_tempo_listener, raised), RuntimeError)


def test_seeking_starting_and_firing_are_seen_at_the_next_tick():
    with World() as world:
        clip = new_clip(world)
        world.song.current_song_time = 8.0
        clip._parent.fire()
        assert (world.song.current_song_time, world.song.is_playing) == (0.0, False)
        world.advance(100)
        assert (world.song.current_song_time, world.song.is_playing) == (8.0, True)
        assert clip.is_playing


def test_a_clip_that_is_fired_waits_for_its_own_quantisation_or_the_songs():
    with World() as world:
        first, second, third = (new_clip(world) for _ in range(3))
        first.fire()
        world.advance(1000)  # beat 1.8
        second._launch_quantization = 8  # a quarter: its numbers are one higher than the song's
        second.fire()
        third.fire()
        world.advance(700)
        assert (second.is_playing, third.is_playing, third.is_triggered) == (True, False, True)
        world.advance(1000)
        assert third.is_playing
        assert abs(third._started_at - 4.0) < 0.01


def test_a_deleted_clip_equals_none_without_being_it_and_cannot_be_read():
    with World() as world:
        clip = new_clip(world)
        clip._parent.delete_clip()
        assert clip == None  # noqa: E711
        assert clip is not None
        assert isinstance(raised(getattr, clip, "name"), ArgumentError)
        track = world.song.tracks[0]
        slot = track.clip_slots[0]
        world.add_track("Other")
        world.song.delete_track(0)
        assert track == None and slot == None  # noqa: E711, PT018


def test_a_list_of_lives_is_no_tuple_and_another_each_time():
    with World() as world:
        world.add_track("A")
        tracks = world.song.tracks
        assert not isinstance(tracks, (tuple, list))
        assert tracks is not world.song.tracks
        assert list(tracks) == list(world.song.tracks)
        assert len(tracks[:1]) == 1


def test_the_api_belongs_to_the_main_thread():
    with World() as world:
        seen = []
        thread = threading.Thread(target=lambda: seen.append(raised(getattr, world.song, "tempo")))
        thread.start()
        thread.join()
        assert isinstance(seen[0], WrongThreadError)


def test_loop_bounds_mean_the_loop_only_while_it_is_on():
    with World() as world:
        clip = new_clip(world)
        clip.loop_end = 2.0
        clip.looping = True
        assert (clip.loop_end, clip.end_marker) == (4.0, 2.0)
        assert isinstance(raised(setattr, clip, "loop_end", 0.0), RuntimeError)


def test_an_exception_ends_a_timer_for_good_and_faster_than_10_ms_it_never_is():
    with World() as world:
        timer_of, calls = sys.modules["Live"].Base.Timer, []
        fast = timer_of(lambda: calls.append(world.now_ms), 1, True)
        fast.start()
        broken = timer_of(lambda: 1 / 0, 10, True, True)
        world.advance(50)
        assert calls == [10, 20, 30, 40, 50]
        assert not broken.running
        assert world.logged == ["ZeroDivisionError: division by zero"]
        calls.clear()
        world.stall(500)  # a menu is open
        assert calls == [550]


def scheduled(base):
    """What messages come when, in one tick and the next; then no more after the end."""
    with World() as world:
        calls = []
        surface = sys.modules[base].ControlSurface(CInstance(world))
        world._surface = surface
        surface.schedule_message(0, lambda *given: calls.append((world.now_ms, given)))
        surface.schedule_message(1, lambda *given: calls.append((world.now_ms, given)), 0)
        surface.schedule_message(2, lambda *given: calls.append((world.now_ms, given)), "x")
        world.advance(250)
        world._surface = None
        surface.disconnect()
        assert isinstance(raised(surface.schedule_message, 1, raised), AssertionError)
        return calls, surface.song, world.song


def test_scheduled_messages_come_at_ticks_and_a_falsy_value_does_not_come_with_them():
    for base in ("_Framework.ControlSurface", "ableton.v2.control_surface"):
        calls, song, its_song = scheduled(base)
        assert calls == [(100, ()), (100, ()), (200, ("x",))]
        assert (song if "v2" in base else song()) is its_song


def test_one_undo_takes_back_a_step_and_an_open_step_is_noticed():
    with World() as world:
        world.song.begin_undo_step()
        new_clip(world)
        world.song.create_scene(-1)
        world.song.end_undo_step()
        world.song.undo()
        assert (len(world.song.tracks), len(world.song.scenes)) == (0, 8)
        assert isinstance(raised(world.song.end_undo_step), AssertionError)
