"""What the self-test asks of Live: one small function a question, with the answers we count on."""

from __future__ import annotations

from .scratch import Scratch, notes_of, specification
from .selection import Selection
from .types import Json


def _create_clip_returns(scratch: Scratch) -> str:
    return type(scratch.empty().create_clip(4.0)).__name__


def _clip_at_once(scratch: Scratch) -> bool:
    return scratch.clip() is not None


def _occupied_slot(scratch: Scratch) -> str:
    scratch.clip()
    scratch.slot.create_clip(4.0)
    return "accepted"


def _empty_slot(scratch: Scratch) -> str:
    scratch.empty().delete_clip()
    return "accepted"


def _same_start(scratch: Scratch) -> Json:
    return notes_of(scratch.clip_with((60, 0.0, 1.0), (60, 0.0, 2.0)))


def _overlap(scratch: Scratch) -> Json:
    return notes_of(scratch.clip_with((60, 0.0, 2.0), (60, 1.0, 1.0)))


def _late_write(scratch: Scratch) -> Json:
    return notes_of(scratch.clip_with((60, 1.0, 1.0), (60, 0.0, 2.0)))


def _order(scratch: Scratch) -> Json:
    clip = scratch.clip_with((62, 0.0, 1.0), (60, 2.0, 1.0), (60, 1.0, 1.0))
    return [note[:2] for note in notes_of(clip)]


def _selection(scratch: Scratch) -> int:
    clip = scratch.clip_with((60, 0.0, 2.0), (62, 1.0, 1.0))
    return len(clip.get_notes_extended(0, 128, 1.0, 1.0))


def _highest_pitch(scratch: Scratch) -> Json:
    clip = scratch.clip_with((127, 0.0, 1.0))
    return [len(clip.get_notes_extended(0, span, 0.0, 4.0)) for span in (127, 128)]


def _velocity_zero(scratch: Scratch) -> str:
    scratch.clip().add_new_notes([specification(60, 0.0, 1.0, 0.0)])
    return "accepted"


def _float_pitch(_: Scratch) -> str:
    specification(60.5, 0.0, 1.0)
    return "accepted"


def _whole_time(scratch: Scratch) -> str:
    scratch.clip().get_notes_extended(0, 128, 0, 4)
    return "accepted"


def _unreadable(_: Scratch) -> str:
    return str(specification(60, 0.0, 1.0).pitch)


def _add_returns(scratch: Scratch) -> str:
    return type(scratch.clip().add_new_notes([specification(60, 0.0, 1.0)])).__name__


def _all_notes(scratch: Scratch) -> int:
    return len(scratch.clip_with((60, 0.0, 1.0)).get_all_notes_extended())


def _loop(scratch: Scratch) -> Json:
    clip = scratch.clip()
    clip.looping = True
    clip.loop_start, clip.loop_end = 0.0, 3.0
    clip.start_marker, clip.end_marker = 0.0, 3.0
    return [clip.loop_start, clip.loop_end, clip.start_marker, clip.end_marker]


def _vector(scratch: Scratch) -> Json:
    tracks = scratch.song.tracks
    return [isinstance(tracks, tuple), tracks is scratch.song.tracks]


def _selection_moves(scratch: Scratch) -> Json:
    view = scratch.song.view
    kept = Selection(scratch.song)
    before = view.selected_track
    scratch.another_track()
    has_moved = view.selected_track != before
    kept.restore()
    return [has_moved, view.selected_track == before]


def _deleted(scratch: Scratch) -> Json:
    clip = scratch.clip()
    scratch.slot.delete_clip()
    return [clip == None, clip is None]  # noqa: E711


def _deleted_read(scratch: Scratch) -> str:
    clip = scratch.clip()
    scratch.slot.delete_clip()
    return str(clip.name)


def _listener_twice(scratch: Scratch) -> str:
    clip = scratch.clip()
    clip.add_name_listener(_nothing)
    clip.add_name_listener(_nothing)
    return "accepted"


def _listener_unknown(scratch: Scratch) -> str:
    scratch.clip().remove_name_listener(_nothing)
    return "accepted"


def _nothing() -> None:
    pass


CHECKS = (
    ("create_clip returns", _create_clip_returns, ("NoneType", "Clip")),
    ("the clip is there at once", _clip_at_once, (True,)),
    ("create_clip on an occupied slot", _occupied_slot, ("RuntimeError",)),
    ("delete_clip on an empty slot", _empty_slot, ("RuntimeError",)),
    ("same pitch and start", _same_start, ([[60, 0.0, 2.0]],)),
    ("same pitch, overlapping", _overlap, ([[60, 0.0, 1.0], [60, 1.0, 1.0]],)),
    ("same pitch, the earlier note written last", _late_write, ([[60, 0.0, 2.0]],)),
    ("the order of notes", _order, ([[60, 1.0], [60, 2.0], [62, 0.0]],)),
    ("notes are chosen by their start", _selection, (1,)),
    ("pitch 127 with a span of 127, of 128", _highest_pitch, ([0, 1],)),
    ("velocity 0", _velocity_zero, ("RuntimeError", "ValueError", "ArgumentError")),
    ("a pitch of 60.5", _float_pitch, ("ArgumentError",)),
    ("whole numbers for times", _whole_time, ("accepted", "ArgumentError")),
    ("reading a specification", _unreadable, ("AttributeError",)),
    ("add_new_notes returns", _add_returns, ("NoneType", "IntU64Vector")),
    ("get_all_notes_extended", _all_notes, (1, "AttributeError")),
    ("loop bounds", _loop, ([0.0, 3.0, 0.0, 3.0],)),
    ("a vector is a tuple, is the same twice", _vector, ([False, False],)),
    (
        "a new track is selected, the old selection can be restored",
        _selection_moves,
        ([True, True], [False, True]),
    ),
    ("a deleted clip == None, is None", _deleted, ([True, False],)),
    ("reading a deleted clip", _deleted_read, ("ArgumentError",)),
    ("the same listener twice", _listener_twice, ("RuntimeError",)),
    ("removing an unknown listener", _listener_unknown, ("RuntimeError",)),
)
