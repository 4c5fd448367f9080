"""What of Live's API the script may touch: names and arities, as Live 11.0.0 to 12.3.6 have them.

Taken as facts from the API's own docstrings (PV); a method that came later than 11.0.0, such as
get_all_notes_extended, is for the self-test only, which expects it to be missing.
"""

_GET = {
    "Application": (),
    "Song": [
        "current_song_time",
        "is_playing",
        "scenes",
        "signature_denominator",
        "signature_numerator",
        "tempo",
        "tracks",
        "view",
    ],
    "View": ["detail_clip", "highlighted_clip_slot", "selected_track"],
    "Track": [
        "arm",
        "clip_slots",
        "has_midi_input",
        "is_foldable",
        "is_frozen",
        "name",
        "playing_slot_index",
    ],
    "MainTrack": ("name", "playing_slot_index"),
    "ClipSlot": ["canonical_parent", "clip", "has_clip"],
    "Clip": [
        "canonical_parent",
        "end_marker",
        "is_midi_clip",
        "is_playing",
        "loop_end",
        "loop_start",
        "looping",
        "name",
        "start_marker",
    ],
}
_SET = {
    "View": ["detail_clip", "highlighted_clip_slot", "selected_track"],
    "Song": ("current_song_time",),
    "Track": ("arm", "name"),
    "Clip": ["color", "end_marker", "loop_end", "loop_start", "looping", "name", "start_marker"],
}
_CALL = {
    "Application": {"get_major_version": 0, "get_minor_version": 0, "get_bugfix_version": 0},
    "Song": {
        "begin_undo_step": 0,
        "create_midi_track": 1,
        "create_scene": 1,
        "delete_scene": 1,
        "delete_track": 1,
        "end_undo_step": 0,
        "stop_playing": 0,
        "undo": 0,
    },
    "ClipSlot": {"create_clip": 1, "delete_clip": 0, "fire": 0},
    "Clip": {
        "add_new_notes": 1,
        "get_all_notes_extended": 0,
        "get_notes_extended": 4,
    },
    "Timer": {"start": 0},
}
_LISTEN = {"Clip": ("name",)}

ALLOWED = frozenset(
    [(of, "get", name, None) for of, names in _GET.items() for name in names]
    + [(of, "set", name, None) for of, names in _SET.items() for name in names]
    + [(of, "call", name, count) for of, calls in _CALL.items() for name, count in calls.items()]
    + [(of, "listener", name, None) for of, names in _LISTEN.items() for name in names]
)
