"""The fake Live's song: its tracks and scenes, its transport and its undo steps."""

from .base import LimitationError, LiveObject, Vector, a_float, an_int, query
from .slots import ClipSlot, MainTrack, Scene, Track

# PV: Live.Song.Quantization by its numbers, in bars or in beats; the triplets are left out.
_BARS = {1: 8, 2: 4, 3: 2, 4: 1}
_BEATS = {5: 2.0, 7: 1.0, 9: 0.5, 11: 0.25, 13: 0.125}


class View(LiveObject):
    """What the user has selected."""

    LISTENABLE = ("detail_clip", "selected_track")

    def __init__(self, world):
        LiveObject.__init__(self, world)
        self._clip = self._slot = None
        self._track = MainTrack(world)

    # PV: all three can be set.
    detail_clip = property(
        lambda self: self._clip, lambda self, clip: object.__setattr__(self, "_clip", clip)
    )
    highlighted_clip_slot = property(
        lambda self: self._slot, lambda self, slot: object.__setattr__(self, "_slot", slot)
    )
    selected_track = property(lambda self: self._track, lambda self, track: self._select(track))

    def _select(self, track):
        """Select a track, and so the slot in it; the detail view follows. How far is not known."""
        self._track, self._slot, self._clip = track, None, None


class Song(LiveObject):
    """The set."""

    LISTENABLE = (
        "tempo",
        "is_playing",
        "current_song_time",
        "signature_numerator",
        "signature_denominator",
        "tracks",
        "scenes",
    )

    def __init__(self, world, scenes=8, most_tracks=1000, most_scenes=1000):
        LiveObject.__init__(self, world)
        self._tracks = []
        self._scenes = [Scene(world) for _ in range(scenes)]
        self._most = {"tracks": most_tracks, "scenes": most_scenes}
        self._view = View(world)
        self._tempo, self._meter = 120.0, [4, 4]
        self._playing, self._beat = False, 0.0
        self._quantization = 4
        self._triggered = []
        self._started_ms = -1
        self._undo_depth = 0
        self._step = []
        self._history = []

    tracks = property(lambda self: Vector(self._tracks))
    scenes = property(lambda self: Vector(self._scenes))
    view = property(lambda self: self._view)

    @property
    def tempo(self):
        return self._tempo

    @tempo.setter
    def tempo(self, value):
        self._tempo = a_float(value, self._world.strict_floats)
        self._notify("tempo")

    def _set_meter(self, at, value):
        self._meter[at] = an_int(value)
        self._notify(("signature_numerator", "signature_denominator")[at])

    signature_numerator = property(
        lambda self: self._meter[0], lambda self, value: self._set_meter(0, value)
    )
    signature_denominator = property(
        lambda self: self._meter[1], lambda self, value: self._set_meter(1, value)
    )

    @property
    def clip_trigger_quantization(self):
        return self._quantization

    @clip_trigger_quantization.setter
    def clip_trigger_quantization(self, value):
        self._quantization = an_int(value)

    # P0SF: these are written now and seen at the next tick.
    @property
    def current_song_time(self):
        return self._beat

    @current_song_time.setter
    def current_song_time(self, value):
        value = a_float(value, self._world.strict_floats)
        self._world._next_tick(lambda: self._go(value))

    @property
    def is_playing(self):
        return self._playing

    @is_playing.setter
    def is_playing(self, value):
        self._world._next_tick(lambda: self._run(bool(value)))

    def start_playing(self):
        self._world._next_tick(lambda: self._run(True))

    def stop_playing(self):
        self._world._next_tick(lambda: self._run(False))

    def create_midi_track(self, index=None):
        """Make a MIDI track; -1 is the end (PV)."""
        self._check_room(self._tracks, "tracks", index)
        track = Track(self._world, f"{len(self._tracks) + 1}-MIDI", len(self._scenes))
        at = len(self._tracks) if index in (-1, None) else index
        self._tracks.insert(at, track)
        self._world._undoable(lambda: self._forget_track(track))
        # Not known: whether the new track is selected, as it is after the menu's command.
        if self._world.selects_new_tracks:
            self._view._select(track)
        self._notify("tracks")
        return track

    def create_scene(self, index):
        """Make a scene; -1 is the end (PV)."""
        self._check_room(self._scenes, "scenes", index)
        scene = Scene(self._world)
        at = len(self._scenes) if index == -1 else index
        self._scenes.insert(at, scene)
        for track in self._tracks:
            track._slots.insert(at, ClipSlot(self._world, track))
        self._world._undoable(lambda: self._forget_scene(self._scenes.index(scene)))
        self._notify("scenes")
        return scene

    def delete_track(self, index):
        if len(self._tracks) == 1:
            raise RuntimeError("The last track cannot be deleted")
        self._forget_track(self._tracks[an_int(index)])

    def delete_scene(self, index):
        if len(self._scenes) == 1:
            raise RuntimeError("The last scene cannot be deleted")
        self._forget_scene(an_int(index))

    # The depth is the fake's own. QUIRKS: Live does not count; a step left open stays open.
    @query
    def begin_undo_step(self):
        self._undo_depth += 1
        if self._undo_depth > 1:
            raise AssertionError("an undo step is open already")

    @query
    def end_undo_step(self):
        self._undo_depth -= 1
        if self._undo_depth < 0:
            raise AssertionError("no undo step is open")
        if self._step:
            self._history.append(self._step)
        self._step = []

    def undo(self):
        """Take back the last step: clips, tracks and scenes, which is all that is imitated."""
        for change in reversed(self._history.pop() if self._history else []):
            change()

    def _check_room(self, things, name, index):
        # PV: LimitationError, for a bad index as well.
        if len(things) >= self._most[name] or not (-1 if index is None else index) >= -1:
            raise LimitationError(f"Unable to create more {name}")

    def _forget_track(self, track):
        self._tracks.remove(track)
        for slot in track._slots:
            _forget_slot(slot)
        track._deleted = True
        self._notify("tracks")

    def _forget_scene(self, row):
        self._scenes.pop(row)._deleted = True
        for track in self._tracks:
            _forget_slot(track._slots.pop(row))
        self._notify("scenes")

    def _go(self, beat):
        self._beat = beat
        self._notify("current_song_time")

    def _run(self, is_playing):
        if self._playing != is_playing:
            self._playing = is_playing
            if not is_playing:
                for track in self._tracks:
                    if track._playing is not None:
                        track._stop(track._playing)
            self._notify("is_playing")

    def _trigger(self, clip):
        if clip._deleted:
            return
        if not self._playing:
            # P0SF: from a stopped transport a fired clip starts, and the transport with it.
            self._run(True)
            self._started_ms = self._world.now_ms
        # Not known: whether clips that were fired together with the first one start with it.
        is_first = self._started_ms == self._world.now_ms
        if is_first or not self._quantum(clip):
            clip._parent._track._start(clip)
        else:
            clip._is_triggered = True
            self._triggered.append(clip)

    def _quantum(self, clip):
        """Beats to whose multiples the launch waits (PV: the clip's numbers are one higher)."""
        chosen = clip._launch_quantization
        number = self._quantization if chosen == 0 else chosen - 1
        bar = self._meter[0] * 4.0 / self._meter[1]
        return _BARS.get(number, 0) * bar or _BEATS.get(number, 0.0)

    def _advance(self, ms):
        if not self._playing:
            return
        before, self._beat = self._beat, self._beat + ms * self._tempo / 60000
        for clip in list(self._triggered):
            quantum = self._quantum(clip)
            if clip._deleted or self._beat // quantum > before // quantum:
                self._triggered.remove(clip)
                if not clip._deleted:
                    clip._parent._track._start(clip)


def _forget_slot(slot):
    if slot._clip is not None:
        slot._clip._deleted = True
    slot._deleted = True
