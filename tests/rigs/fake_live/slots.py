"""The fake Live's clip slots, tracks and scenes."""

from .base import LiveObject, NamedObject, Vector, a_float
from .clip import Clip


class ClipSlot(LiveObject):
    """One field of the session."""

    LISTENABLE = ("has_clip", "playing_status", "is_triggered")

    def __init__(self, world, track):
        LiveObject.__init__(self, world)
        self._track = track
        self._clip = None
        self._shown_at = 0

    canonical_parent = property(lambda self: self._track)
    has_clip = property(lambda self: self._clip is not None)
    is_playing = property(lambda self: self._clip is not None and self._clip._is_playing)
    is_triggered = property(lambda self: self._clip is not None and self._clip._is_triggered)

    @property
    def clip(self):
        """The clip, or None; with `slow_clips` not before the next tick (AOSC 60, one user)."""
        return self._clip if self._world.now_ms >= self._shown_at else None

    def create_clip(self, length):
        """Make a MIDI clip; raises on other tracks and on clips (PV; the class is not told)."""
        length = a_float(length, self._world.strict_floats)
        if not self._track._is_midi or self._track._is_foldable or self._track._is_frozen:
            raise RuntimeError("Only MIDI tracks can contain MIDI clips")
        if self._clip is not None:
            raise RuntimeError("This slot already contains a clip")
        if length <= 0:
            raise RuntimeError("A clip's length must be above 0")
        self._put(Clip(self._world, self, length))
        self._world._undoable(self._drop)
        if self._world.slow_clips:
            self._shown_at = self._world._next_tick_ms()
        # PV: the clip is returned from 11.3.25 on, and not in 12.0.0.
        known = self._world.version >= (11, 3, 25) and self._world.version != (12, 0, 0)
        return self._clip if known else None

    def delete_clip(self):
        """Remove the clip; raises where there is none (PV)."""
        if self._clip is None:
            raise RuntimeError("This slot does not contain a clip")
        clip = self._clip
        self._drop()
        self._world._undoable(lambda: self._put_back(clip))

    def fire(self):
        self._fire()

    def stop(self):
        clip = self._clip
        self._world._next_tick(lambda: clip is not None and self._track._stop(clip))

    def _fire(self):
        """Seen at the next tick (P0SF); then it waits for the launch quantization."""
        clip = self._clip
        if clip is not None:
            self._world._next_tick(lambda: self._world.song._trigger(clip))

    def _put(self, clip):
        self._clip = clip
        self._notify("has_clip")

    def _put_back(self, clip):
        clip._deleted = False
        self._put(clip)

    def _drop(self):
        if self._clip is not None:
            self._track._stop(self._clip)
            self._clip._deleted = True
        self._put(None)


class Track(NamedObject):
    """A MIDI, audio or group track."""

    LISTENABLE = ("name", "clip_slots", "playing_slot_index", "arm")

    def __init__(self, world, name, scenes, is_midi=True):
        LiveObject.__init__(self, world)
        self._name = name
        self._is_midi = is_midi
        self._is_foldable = False
        self._is_frozen = False
        # P0SF: a new track is the user's default one, and may come armed.
        self._arm = is_midi
        self._playing = None
        self._slots = [ClipSlot(world, self) for _ in range(scenes)]

    clip_slots = property(lambda self: Vector(self._slots))
    has_midi_input = property(lambda self: self._is_midi and not self._is_foldable)
    is_foldable = property(lambda self: self._is_foldable)
    is_frozen = property(lambda self: self._is_frozen)

    @property
    def arm(self):
        return self._arm

    @arm.setter
    def arm(self, value):
        self._arm = bool(value)

    @property
    def playing_slot_index(self):
        """The slot that plays; -1 for none (PV)."""
        for row, slot in enumerate(self._slots):
            if slot._clip is not None and slot._clip is self._playing:
                return row
        return -1

    def _start(self, clip):
        """Start a clip; the one that played in the track stops."""
        if self._playing is not None:
            self._stop(self._playing)
        self._playing = clip
        clip._is_playing, clip._is_triggered = True, False
        clip._started_at = self._world.song._beat

    def _stop(self, clip):
        clip._is_playing = clip._is_triggered = False
        if self._playing is clip:
            self._playing = None


class MainTrack(LiveObject):
    """The main track: it can be selected, and has no slots (QUIRKS: RuntimeError)."""

    name = property(lambda self: "Main")
    clip_slots = property(lambda self: Vector(()))

    @property
    def playing_slot_index(self):
        raise RuntimeError("Main and return tracks have no slots")


class Scene(LiveObject):
    """A row."""

    LISTENABLE = ("name",)

    def __init__(self, world, name=""):
        LiveObject.__init__(self, world)
        self._name = name

    name = property(lambda self: self._name)
